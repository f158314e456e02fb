import { describe, expect, it } from "vitest";
import { statusText, terminalReporter } from "./terminal.js";
import { samplePlan } from "./testing/samples.js";
import { captured, onScreen } from "./testing/output.js";
import type { Progress } from "./types.js";

const progress = (seconds: number, more: Partial<Progress> = {}): Progress => ({
  elapsedMs: seconds * 1_000,
  durationMs: 60_000,
  grants: 10 * seconds,
  faults: 2,
  violations: 1,
  now: null,
  ...more,
});

it("tells the time, the counts and the fault in effect on one line", () => {
  expect(statusText(progress(32.4, { now: "pause of c3" }))).toBe(
    "32 s of 60 s · 324 grants · 2 faults · 1 violation so far · pause of c3",
  );
  expect(statusText(progress(61))).toMatch(/^ending · /);
});

describe("on a terminal", () => {
  it("rewrites one line in place, under the lines that stay", () => {
    const output = captured({ live: true });
    const reporter = terminalReporter(output);
    reporter.onStart(samplePlan());
    reporter.onPhase("3 servers ready", 2_345);
    for (const second of [1, 2, 3, 4]) reporter.onProgress(progress(second));
    expect(onScreen(output.text())).toEqual([
      "etcd@3.4 mutex, pause, seed 42, run 5a3c91e0, runtime local",
      "✔ 3 servers ready 2.35 s",
      "  4 s of 60 s · 40 grants · 2 faults · 1 violation so far",
    ]);
    reporter.onWarning("c2 ended");
    expect(onScreen(output.text()).slice(-2)).toEqual([
      "! c2 ended",
      "  4 s of 60 s · 40 grants · 2 faults · 1 violation so far",
    ]);
    reporter.onPhase("healed", 64_000);
    expect(onScreen(output.text()).slice(-2)).toEqual(["✔ healed 1 min 4 s", ""]);
  });

  it("never fills the line: what wraps cannot be taken back", () => {
    const output = captured({ live: true, columns: 40 });
    terminalReporter(output).onProgress(progress(5, { now: "pause of c1, c2, c3, c4, c5" }));
    const [line = ""] = onScreen(output.text());
    expect(line).toHaveLength(39);
    expect(line).toMatch(/…$/);
  });

  it("takes the line away at the end", () => {
    const output = captured({ live: true });
    const reporter = terminalReporter(output);
    reporter.onProgress(progress(5));
    void reporter.onEnd(undefined as never);
    expect(onScreen(output.text())).toEqual([""]);
  });
});

describe("without a terminal", () => {
  it("prints a plain line every ten seconds, and every fault", () => {
    const output = captured();
    const reporter = terminalReporter(output);
    for (let half = 1; half <= 50; half += 1) reporter.onProgress(progress(half / 2));
    reporter.onFault("pause of c1");
    expect(output.text().split("\n")).toEqual([
      "  10 s of 60 s · 100 grants · 2 faults · 1 violation so far",
      "  20 s of 60 s · 200 grants · 2 faults · 1 violation so far",
      "  pause of c1",
      "",
    ]);
    for (const control of ["\r", "\u001B"]) expect(output.text()).not.toContain(control);
  });

  it("begins again with the next run", () => {
    const output = captured();
    const reporter = terminalReporter(output);
    reporter.onProgress(progress(59));
    reporter.onStart(samplePlan());
    reporter.onProgress(progress(10));
    expect(output.text()).toContain("\n  10 s of 60 s");
  });
});

it("warns before the run of what will make it too weak", () => {
  const output = captured();
  terminalReporter(output).onStart({ ...samplePlan({ durationMs: 3_000 }), faults: [] });
  expect(output.text()).toMatch(/^! no pause fits into 3s/m);
});
