import { describe, expect, it } from "vitest";
import { ms } from "../history/event.js";
import { headline } from "./headline.js";
import { resultText } from "./result.js";
import { CALM, sampleDocument } from "./testing/document.js";
import { captured } from "./testing/output.js";
import type { VerdictDocument } from "./types.js";

const show = (document: VerdictDocument, columns = 100): string =>
  resultText(document, headline(document), captured({ columns }));
const lines = (text: string): readonly string[] => text.trimEnd().split("\n");

describe("a violated run", () => {
  const text = show(sampleDocument());

  it("begins with the verdict and says why in plain words", () => {
    expect(lines(text)[0]).toMatch(/^Violated: 42 of 520 acknowledged updates lost/);
    expect(text).toContain("• 42 acknowledged updates were lost.");
  });

  it("explains each kind and cause once, by what happened first", () => {
    expect(text.match(/overlap \(outlived-lease\)/g)).toHaveLength(1);
    expect(text).toMatch(/overlap \(outlived-lease\) at 11.2 s, the first of 2\n/);
    expect(text).toContain("Client c1 was frozen");
    expect(text).not.toContain("Client c2 was frozen");
    expect(text).toMatch(/lost-update \(outlived-lease\) at 7 s\n/);
  });

  it("gives the figures, where to read on, and how to repeat it", () => {
    expect(text).toMatch(/updates +520 acknowledged, 42 lost \(8.1 %\)/);
    expect(text).toMatch(/fence +would have refused 9 stale writes and saved 42 updates/);
    expect(text).toMatch(/latency +acquire 12.3 ms, 4.2 s \(median, 99 %\)/);
    expect(text).toMatch(
      /grants +523 to 5 clients, 11 of them challenged \(put to the test by a fault\)\n *faults +1 x pause of holder, all verified\n/,
    );
    expect(text).toMatch(/report +results\/latest\/report.html\n/);
    expect(text).toMatch(/again +npx lockjepsen run .*--seed 42\n$/);
  });

  it("is short, and fits the terminal but for what is to be copied", () => {
    expect(lines(text).length).toBeLessThanOrEqual(27);
    for (const columns of [40, 60, 80, 200])
      for (const line of lines(show(sampleDocument(), columns)))
        expect(line.length <= Math.min(columns, 110) || /again|report/.test(line), line).toBe(true);
  });

  it("shows three kinds of trouble and counts the rest", () => {
    const kinds = [
      "stale-write",
      "token-order",
      "orphan",
      "late-grant",
      "unrecovered",
      "fence-breach",
    ] as const;
    const findings = kinds.map((kind) => ({
      kind,
      severity: "violation" as const,
      explanation: `This is ${kind}.`,
      ops: [],
      time: ms(1),
    }));
    const crowded = show(sampleDocument({ findings }));
    expect(crowded.match(/This is /g)).toHaveLength(3);
    expect(crowded).toContain("3 more kinds of trouble: see the report");
  });

  it("leaves notes to the report", () => {
    const { findings } = sampleDocument();
    const noted = findings.map((finding) => ({ ...finding, severity: "note" as const }));
    expect(show(sampleDocument({ ...CALM, findings: noted }))).not.toContain("Client c1 was frozen");
  });
});

it("says of a valid run what it was put to", () => {
  const text = show(sampleDocument(CALM));
  expect(lines(text)[0]).toMatch(/^Valid/);
  expect(text).toMatch(/grants +523 to 5 clients, 11 of them challenged/);
  expect(text).toContain("520 acknowledged, 0 lost\n");
  expect(text).not.toMatch(/→|fence/);
});

it("says of an unknown run why", () => {
  const reasons = ["Too weak.", "And too short."];
  expect(show(sampleDocument({ ...CALM, verdict: "unknown", reasons }))).toContain(
    "• Too weak.\n  • And too short.",
  );
});

it("gives a reason once", () => {
  const text = show(sampleDocument({ ...CALM, verdict: "unknown", reasons: ["no fault took effect"] }));
  expect(text.match(/neither good nor bad: no fault took effect\./g)).toHaveLength(1);
  expect(text).not.toContain("•");
});

it("has colours only where they are wanted", () => {
  const document = sampleDocument();
  expect(resultText(document, headline(document), captured({ colour: true }))).toContain("\u001B[31m");
  expect(show(document)).not.toContain("\u001B");
});
