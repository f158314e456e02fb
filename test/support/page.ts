import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type * as Html from "../../src/report/html.js";
import type { RunResult } from "../../src/report/types.js";

// What is tested is what is shipped: the built reporter with the built page.
const reporter = new URL("../../dist/src/report/html.js", import.meta.url);
const { renderHtml } = (await import(reporter.href)) as typeof Html;

export interface OpenPage {
  readonly page: Page;
  /** Whatever it asked for beyond the file itself, said on its console as an error, threw, or popped up. */
  readonly trouble: readonly string[];
  /** From asking for the page to its first whole picture. */
  readonly openedMs: number;
  /** Size of the file, characters. */
  readonly size: number;
  close(): Promise<void>;
}

/** Writes the report of a result to a file and opens that, as a reader would. */
export async function openReport(
  browser: Browser,
  result: RunResult,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-report-"));
  const file = join(directory, "report.html");
  const html = renderHtml(result);
  writeFileSync(file, html);
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  const trouble: string[] = [];
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:,"))
      trouble.push(`request: ${request.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      trouble.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const begin = performance.now();
  await page.goto(url);
  if (options.javaScriptEnabled !== false) {
    await page.waitForSelector("html[data-ready]");
    await painted(page);
  }
  return {
    page,
    trouble,
    openedMs: performance.now() - begin,
    size: html.length,
    async close() {
      await context.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** What the timeline shows, s. */
export async function shownRange(page: Page): Promise<{ from: number; to: number }> {
  const [from = Number.NaN, to = Number.NaN] = (await page.locator(".range").innerText())
    .split(" to ")
    .map((text) => Number.parseFloat(text));
  return { from, to };
}

/** How many different colours the timeline's canvas holds: one means that nothing is drawn. */
export function coloursDrawn(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector(".lanes canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  })()`);
}

/** Resolves when what was asked for has been drawn. Code for the page is text: types of a browser are not ours. */
export function painted(page: Page): Promise<unknown> {
  return page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
}
