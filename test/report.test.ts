/** The HTML report in a real headless Chromium. */
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { HistoryEvent } from "../src/history/event.js";
import type { History } from "../src/history/history.js";
import { sampleResult } from "../src/report/testing/result.js";
import type { RunResult } from "../src/report/types.js";
import { coloursDrawn, openReport, painted, shownRange, type OpenPage } from "./support/page.js";

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking"],
  });
});
afterAll(() => browser.close());

async function open(result: RunResult, options?: Parameters<typeof openReport>[2]): Promise<OpenPage> {
  const opened = await openReport(browser, result, options);
  onTestFinished(() => opened.close());
  return opened;
}

const violated = sampleResult();

describe("each verdict", () => {
  const samples: readonly (readonly [word: string, result: RunResult])[] = [
    ["violated", violated],
    ["valid", sampleResult({ fencing: "on" })],
    ["unknown", sampleResult({ durationMs: 1_200 })],
  ];
  test.each(samples)("%s: opens offline, says so, draws, and asks for nothing", async (word, result) => {
    expect(result.document.verdict).toBe(word);
    const { page, trouble } = await open(result);
    expect((await page.locator("h1").innerText()).toLowerCase()).toContain(word);
    expect(await page.title()).toContain("etcd 3.4.23");
    expect(await page.locator(".figures > div").count()).toBeGreaterThanOrEqual(5);
    expect(await page.locator("#violations").count()).toBe(word === "violated" ? 1 : 0);
    expect(await page.locator(".command code").innerText()).toBe(result.document.run.command);
    expect(await coloursDrawn(page)).toBeGreaterThan(5);
    expect(await page.locator(".plot canvas").count()).toBe(2);
    expect(trouble).toEqual([]);
  });

  test("violated: each kind and cause is explained and drawn, and each cause followed by what to do", async () => {
    const { page } = await open(violated);
    const kinds = new Set(
      violated.document.findings
        .filter(({ severity }) => severity === "violation")
        .map(({ kind, cause }) => `${kind} ${cause ?? ""}`),
    );
    const groups = page.locator("#violations .group");
    expect(await groups.count()).toBe(kinds.size);
    const lost = groups.first();
    expect(await lost.innerText()).toContain("Lost update");
    expect(await lost.locator(".explanation").innerText()).not.toBe("");
    expect(await lost.locator(".picture svg .dot").count()).toBeGreaterThan(3);
    expect(await lost.locator(".steps li").count()).toBe(await lost.locator(".picture svg .dot").count());
    expect(await lost.innerText()).toContain("What to do about it");
    await lost.locator("details summary").click();
    const cited = (await lost.locator("pre").innerText())
      .split("\n")
      .map((line) => JSON.parse(line) as HistoryEvent);
    const first = violated.document.findings.find(({ kind }) => kind === "lost-update");
    expect(cited.map(({ index }) => index)).toEqual(first?.ops);
  });
});

describe("the timeline", () => {
  test("jumps to the finding that was chosen, and steps on from there", async () => {
    const { page } = await open(violated);
    const whole = await shownRange(page);
    const group = page.locator("#violations .group").first();
    const chip = group.locator(".chip").nth(2);
    const time = Number.parseFloat(await chip.innerText());
    await chip.click();
    await expect.poll(async () => (await shownRange(page)).to).toBeLessThan(whole.to);
    const shown = await shownRange(page);
    expect(shown.from).toBeLessThan(time);
    expect(shown.to).toBeGreaterThan(time);
    expect(await page.locator("#timeline .lead").innerText()).toContain("lost-update");
    const top = 'Math.abs(document.querySelector("#timeline").getBoundingClientRect().top)';
    await expect.poll(() => page.evaluate<number>(top)).toBeLessThan(100);

    // The canvas has the focus now: n and p step through the findings, in the order of time.
    const place = async (): Promise<number> =>
      Number(/(?:Violation|Note) (\d+) of/.exec(await page.locator("#timeline .lead").innerText())?.[1]);
    const before = await place();
    await page.keyboard.press("n");
    expect(await place()).toBe(before + 1);
    await page.keyboard.press("p");
    await page.keyboard.press("p");
    expect(await place()).toBe(before - 1);
  });

  test("the first step goes to the first violation", async () => {
    const { page } = await open(violated);
    await page.getByRole("button", { name: "next" }).click();
    const { from, to } = await shownRange(page);
    const first = (violated.document.firstViolation ?? 0) / 1e9;
    expect(first).toBeGreaterThan(0);
    expect(from).toBeLessThan(first);
    expect(to).toBeGreaterThan(first);
  });

  test("zooms and pans by keys, wheel, drag and buttons, and never leaves the run", async () => {
    const { page } = await open(violated);
    const canvas = page.locator(".lanes canvas");
    await canvas.scrollIntoViewIfNeeded();
    const whole = await shownRange(page);
    const length = async (): Promise<number> => {
      const { from, to } = await shownRange(page);
      return to - from;
    };
    // Untouched, the wheel belongs to the page.
    const box = await canvas.boundingBox();
    if (!box) throw new Error("no canvas");
    await page.mouse.move(box.x + 600, box.y + 100);
    await page.mouse.wheel(0, -400);
    await page.locator(".wheel-hint").waitFor();
    expect(await shownRange(page)).toEqual(whole);

    await canvas.click({ position: { x: 600, y: 20 } });
    await page.mouse.wheel(0, -400);
    await expect.poll(length).toBeLessThan(whole.to - whole.from);
    const zoomed = await shownRange(page);
    await page.keyboard.press("ArrowRight");
    expect((await shownRange(page)).from).toBeGreaterThan(zoomed.from);
    await page.keyboard.press("ArrowLeft");
    expect((await shownRange(page)).from).toBeCloseTo(zoomed.from, 2);

    const now = await canvas.boundingBox();
    if (!now) throw new Error("no canvas");
    await page.mouse.move(now.x + 600, now.y + 100);
    await page.mouse.down();
    await page.mouse.move(now.x + 400, now.y + 100, { steps: 4 });
    await page.mouse.up();
    expect((await shownRange(page)).from).toBeGreaterThan(zoomed.from);

    for (let n = 0; n < 60; n += 1) await page.keyboard.press("+");
    expect(await length()).toBeLessThan(0.002);
    expect(await coloursDrawn(page)).toBeGreaterThan(1);
    await page.getByRole("button", { name: "whole run" }).click();
    expect(await shownRange(page)).toEqual(whole);
    await page.keyboard.press("-");
    expect(await shownRange(page)).toEqual(whole);
  });

  test("tells all about what is pointed at, and keeps what is clicked", async () => {
    const { page } = await open(violated);
    const canvas = page.locator(".lanes canvas");
    await page.locator("#violations .group").first().locator(".chip").first().click();
    await expect.poll(() => page.evaluate("document.activeElement.tagName")).toBe("CANVAS");
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    if (!box) throw new Error("no canvas");
    // Along the lane of who holds: under the axis, on the first storey.
    await page.mouse.move(box.x + 300, box.y + 42 + 15);
    const tooltip = page.locator(".tooltip");
    await tooltip.waitFor();
    const text = await tooltip.innerText();
    expect(text).toMatch(/c\d believes to hold lock-1/);
    expect(text).toMatch(/lease good until/);
    expect(text).toMatch(/token\s+\d+/);
    expect(text).toMatch(/grant\s+\d+\.\d+/);
    await page.mouse.down();
    await page.mouse.up();
    expect(await page.locator(".pinned").innerText()).toContain("believes to hold lock-1");
    await page.mouse.move(box.x + 300, box.y - 60);
    await expect.poll(() => tooltip.count()).toBe(0);
    await page.getByRole("button", { name: "Close" }).click();
    expect(await page.locator(".pinned").count()).toBe(0);
  });
});

describe("whatever is in the record", () => {
  const HOSTILE = `</script><img src=x onerror="alert(1)"><!-- \u2028\u2029 ' " & \\u003c @@title@@ $& \u{1F512} é \u0000 \uD800`;

  const poisoned = (history: History): History => ({
    ...history,
    events: history.events.map((event): HistoryEvent => {
      if (event.process === "nemesis" && "evidence" in event) return { ...event, evidence: HOSTILE };
      return "error" in event && event.error === "not-held" ? { ...event, error: HOSTILE } : event;
    }),
  });

  test.each([
    ["as it is", 60_000],
    ["packed", 240_000],
  ])("hostile texts stay texts, %s", async (_, durationMs) => {
    const result = sampleResult({ lock: HOSTILE, durationMs }, poisoned);
    const { page, trouble } = await open(result);
    expect(trouble).toEqual([]);
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator("h1").innerText()).toContain("Violated");
    expect(await page.locator("#evidence tbody tr").first().locator("td").last().textContent()).toBe(HOSTILE);
    const shown = await page.locator("#violations .explanation").allTextContents();
    expect(shown.join(" ")).toContain("</script><img src=x");
  });
});

describe("a long run", () => {
  test("of over 200,000 events opens in good time, says what it leaves out, and stays fast", async () => {
    const result = sampleResult({ durationMs: 620_000, holdMs: { min: 0, max: 14 }, clients: 6 });
    expect(result.history.events.length).toBeGreaterThan(200_000);
    expect(result.document.grants).toBeGreaterThan(10_000);
    const { page, trouble, openedMs, size } = await open(result);
    expect(trouble).toEqual([]);
    expect(openedMs).toBeLessThan(8_000);
    expect(size).toBeLessThan(6_000_000);
    expect(await page.locator(".cut").innerText()).toContain("history.jsonl has them all");
    await page.locator(".lanes canvas").click({ position: { x: 500, y: 20 } });
    const begin = performance.now();
    for (let n = 0; n < 20; n += 1) {
      await page.keyboard.press(n % 2 ? "ArrowRight" : "+");
      await painted(page);
    }
    expect((performance.now() - begin) / 20).toBeLessThan(400);
  }, 300_000);
});

describe("wherever it is read", () => {
  test("follows dark and light, on canvas too", async () => {
    const { page } = await open(violated, { colorScheme: "dark" });
    const colours = (): Promise<{ page: string; canvas: string }> =>
      page.evaluate(`({
        page: getComputedStyle(document.documentElement).backgroundColor,
        canvas: String(document.querySelector(".lanes canvas").getContext("2d").getImageData(2, 2, 1, 1).data.slice(0, 3)),
      })`);
    const dark = await colours();
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(async () => (await colours()).canvas).not.toBe(dark.canvas);
    const light = await colours();
    expect(light.page).not.toBe(dark.page);
    expect(light.canvas).toBe("255,255,255");
  });

  test("has its key figures in one row where there is room", async () => {
    const { page } = await open(violated, { viewport: { width: 1280, height: 900 } });
    const tops = await page
      .locator(".figures > div")
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
    expect(tops.length).toBeGreaterThan(5);
    expect(new Set(tops).size).toBe(1);
  });

  test("fits a narrow window", async () => {
    const { page } = await open(violated, { viewport: { width: 360, height: 740 } });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    expect(await coloursDrawn(page)).toBeGreaterThan(5);
  });

  test("prints the headline and the explanations", async () => {
    const { page } = await open(violated);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("h1").isVisible()).toBe(true);
    expect(await page.locator(".explanation").first().isVisible()).toBe(true);
    expect(await page.locator(".toolbar").isVisible()).toBe(false);
  });

  test("says the verdict without JavaScript too", async () => {
    const { page } = await open(violated, { javaScriptEnabled: false });
    expect(await page.locator("h1").innerText()).toContain("Violated");
    expect(await page.locator("noscript").innerText()).toContain("JavaScript");
  });
});
