import { createColors } from "picocolors";
import { describe, expect, it } from "vitest";
import { CALM, sampleDocument } from "../report/testing/document.js";
import { summarise } from "./summary.js";
import { exampleText, runLine, summaryText } from "./text.js";

const seeded = (seed: number, ...[verdict]: Parameters<typeof sampleDocument>) =>
  sampleDocument(verdict, { seed });
const runs = [
  seeded(1),
  seeded(2),
  seeded(3, { causes: { "outlived-lease": 2, service: 1 }, brokenPromises: 1 }),
  seeded(4, CALM),
  seeded(5, { ...CALM, verdict: "unknown", reasons: ["Too weak."], causes: { "outlived-lease": 1 } }),
];

describe("many runs", () => {
  const summary = summarise(runs);

  it("are counted by verdict, with the rate among those that could be judged", () => {
    expect(summary.verdicts).toEqual({ valid: 1, unknown: 1, violated: 3 });
    expect(summary.violated).toMatchObject({ count: 3, total: 4, share: 0.75 });
    expect(summary.seeds).toEqual([1, 2, 3, 4, 5]);
    expect(summary.updates).toEqual({ acknowledged: 2_600, lost: 126, lostShare: 126 / 2_600 });
    expect(summary.brokenPromises).toBe(1);
  });

  it("are counted by verdict and cause", () => {
    expect(summary.causes).toEqual([
      { cause: "service", runs: { valid: 0, unknown: 0, violated: 1 }, overlaps: 1 },
      { cause: "outlived-lease", runs: { valid: 0, unknown: 1, violated: 3 }, overlaps: 21 },
    ]);
  });

  it("read as a sentence and a table", () => {
    const text = summaryText(summary, createColors(false));
    expect(text).toContain("violated in 3 of 4 judged runs: 75 % (95 % interval: 30.1 % to 95.4 %)");
    expect(text).toContain("updates lost: 126 of 2600 (4.8 %)");
    expect(text).toMatch(/^ +violated +unknown +valid +overlaps$/m);
    expect(text).toMatch(/^runs +3 +1 +1$/m);
    expect(text).toMatch(/^with outlived-lease +3 +1 +0 +21$/m);
  });

  it("end with the worst of them in words, and with what to do next", () => {
    const plain = { colours: createColors(false), columns: 80 };
    const text = exampleText(runs, plain);
    expect(text).toMatch(/^\nseed 3: Violated: 42 of 520 acknowledged updates lost, 1 promise broken\netcd/);
    expect(text).toMatch(/^ {2}report {2}results\/.*report\.html\n {2}again {3}npx lockjepsen run /m);
    expect(exampleText(runs.slice(3), plain)).toContain("seed 5: Unknown");
    expect(exampleText(runs.slice(3, 4), plain)).toBe("");
  });

  it("each have a line of their own", () => {
    const [first, , , calm, weak] = runs;
    expect(first && runLine(first, 1, 20)).toBe(
      " 1/20  seed 1  violated  9 overlap, 42 lost-update  results/latest",
    );
    expect(calm && runLine(calm, 4, 20)).toContain("valid     nothing found");
    expect(weak && runLine(weak, 5, 20)).toContain("unknown   Too weak.");
  });
});

it("says so when no run could be judged", () => {
  expect(summaryText(summarise([]), createColors(false))).toContain("none of them could be judged");
});
