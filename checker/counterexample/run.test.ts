/** Each finding of each golden history, alone: the judge says the same of it. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readHistory } from "../../src/history/reader.js";
import { check } from "../index.js";
import { simulate } from "../testing/simulate.js";
import { FINDING_KINDS } from "../types.js";
import { findingAlone } from "./run.js";

const GOLDEN = join(import.meta.dirname, "../golden");
const BAD = FINDING_KINDS.flatMap((kind) =>
  readdirSync(join(GOLDEN, kind))
    .filter((name) => name.endsWith("-bad.jsonl"))
    .map((name) => [kind, name] as const),
);

describe.each(BAD)("%s/%s", (kind, name) => {
  test("alone", async () => {
    const history = await readHistory(join(GOLDEN, kind, name));
    const finding = check(history).findings.find((one) => one.kind === kind && one.severity === "violation");
    if (finding === undefined) return expect.unreachable();
    const alone = findingAlone(history, finding);
    expect(alone.events.length).toBeLessThanOrEqual(history.events.length);
    const verdict = check(alone);
    expect(verdict.verdict).toBe("violated");
    const causes = verdict.findings.filter((one) => one.kind === kind).map(({ cause }) => cause);
    expect(causes).toContain(finding.cause);
  });
});

test("of a run of a hundred rounds a few events remain", () => {
  for (let seed = 1; ; seed += 1) {
    const history = simulate({ changes: {}, clients: 4, rounds: 25, freeze: 12, slowWrites: 0, seed });
    const lost = check(history).findings.find(({ kind }) => kind === "lost-update");
    if (lost === undefined) continue;
    const alone = findingAlone(history, lost);
    expect(history.events.length).toBeGreaterThan(500);
    expect(alone.events.length).toBeLessThan(40);
    return expect(check(alone).counts["lost-update"]).toBe(1);
  }
});
