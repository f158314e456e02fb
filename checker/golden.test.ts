/**
 * Histories that were made by hand, with what must be said of them in their names: `golden/<finding>/[<cause>-]<what
 * happens>-<bad|note|ok>.jsonl`. `bad`: the finding is there as a violation. `note`: it is there, and no violation.
 * `ok`: it is not there. All that is found of that kind has the cause, where the name begins with one.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readHistory } from "../src/history/reader.js";
import { check } from "./index.js";
import { CAUSES, FINDING_KINDS } from "./types.js";

const GOLDEN = join(import.meta.dirname, "golden");

test("every kind of finding has histories that show it and such that do not", () => {
  expect(readdirSync(GOLDEN).toSorted()).toEqual(FINDING_KINDS.toSorted());
  for (const kind of FINDING_KINDS) {
    const names = readdirSync(join(GOLDEN, kind));
    expect(names.filter((name) => name.endsWith("-bad.jsonl")).length, `${kind} bad`).toBeGreaterThanOrEqual(
      3,
    );
    expect(names.filter((name) => name.endsWith("-ok.jsonl")).length, `${kind} ok`).toBeGreaterThanOrEqual(1);
  }
});

describe.each(FINDING_KINDS)("%s", (kind) => {
  test.each(readdirSync(join(GOLDEN, kind)).toSorted())("%s", async (file) => {
    const history = await readHistory(join(GOLDEN, kind, file));
    const verdict = check(history);
    const findings = verdict.findings.filter((finding) => finding.kind === kind);
    const violations = findings.filter(({ severity }) => severity === "violation");
    switch (/-(\w+)\.jsonl$/.exec(file)?.[1]) {
      case "bad":
        expect(violations.length).toBeGreaterThan(0);
        expect(verdict.verdict).toBe("violated");
        expect(verdict.counts[kind]).toBe(violations.length);
        break;
      case "note":
        expect(findings.length).toBeGreaterThan(0);
        expect(violations).toEqual([]);
        expect(verdict.notes[kind]).toBe(findings.length);
        break;
      case "ok":
        expect(findings).toEqual([]);
        break;
      default:
        expect.unreachable(`the name of ${file} does not tell what it shows`);
    }
    const cause = CAUSES.find((word) => file.startsWith(`${word}-`));
    const blamed = file.endsWith("-note.jsonl") ? findings : violations;
    if (cause !== undefined && blamed.length > 0)
      expect(new Set(blamed.map((finding) => finding.cause))).toEqual(new Set([cause]));
    for (const { explanation, ops } of findings) {
      expect(explanation).toMatch(/^\w.*\.$/);
      expect(explanation).not.toMatch(/undefined|NaN|null|Infinity/);
      expect(ops.length).toBeGreaterThan(0);
      expect(ops.every((index) => index in history.events)).toBe(true);
      expect(ops).toEqual([...new Set(ops)].toSorted((a, b) => a - b));
    }
  });
});
