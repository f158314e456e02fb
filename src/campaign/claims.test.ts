import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { claimsMarkdown, openClaims, type Kept } from "./claims.js";
import { conclude } from "./scenario.js";
import type { Decision } from "./scenarios/types.js";

const made = { version: "0.1.0", date: "2026-11-21", machine: "Linux 6.18, 2 cores" };

function claim(name: string, outcomes: readonly Decision["outcome"][], tookMs = 5_000, slow?: string): Kept {
  const decide = (): Decision => ({ outcome: "unknown", because: "" });
  const runs = { only: { backend: "etcd" } };
  const scenario = { name, claim: "Two | one.", source: "a test", runs, decide, ...(slow && { slow }) };
  const attempts = outcomes.map((outcome) => ({
    outcome,
    because: `so: ${outcome}`,
    seed: 1,
    tookMs,
    runs: {},
  }));
  return { ...conclude(scenario, attempts), made };
}

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-claims-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

it("keeps what each claim came to last, over several calls", () => {
  const directory = join(scratch(), "new");
  const first = openClaims(directory);
  first.keep(claim("b", ["unknown"]));
  first.keep(claim("a", ["refuted"]));
  const second = openClaims(directory);
  second.keep(claim("b", ["confirmed"]));
  first.keep(claim("c", ["refuted"]));
  const kept = openClaims(directory).claims(["a", "b", "c", "d"]);
  expect(kept.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["a", "refuted"],
    ["b", "confirmed"],
    ["c", "refuted"],
  ]);
});

it("refuses a file that holds something else", () => {
  const directory = scratch();
  writeFileSync(join(directory, "claims.json"), '{"version":2}');
  expect(() => openClaims(directory)).toThrow(/claims\.json holds no claims/);
  expect(readFileSync(join(directory, "claims.json"), "utf8")).toBe('{"version":2}');
});

it("makes a page: counts, figures of the attempt that says so, and why some took over a minute", () => {
  const page = claimsMarkdown([
    claim("fast", ["unknown", "refuted"]),
    claim("long", ["confirmed"], 90_400, "two runs of a minute"),
  ]);
  expect(page).toContain("of 2 claims, 1 confirmed, 1 refuted.");
  expect(page).toContain("(lockjepsen 0.1.0, 2026-11-21, Linux 6.18, 2 cores)");
  expect(page).toContain("| Two \\| one.<br>`fast`; a test | **refuted in 1 of 2 attempts");
  expect(page).toContain("| so: refuted | 5 s |");
  expect(page).toMatch(/Over a minute:\n\n- `long`: two runs of a minute\n$/);
  expect(page).not.toContain("Not settled");
});

it("says of what was not settled that nothing was seen", () => {
  const page = claimsMarkdown([claim("open", ["unknown"])]);
  expect(page).toContain("of 1 claim, 1 not settled.");
  expect(page).toMatch(/Not settled: what was to be seen/);
  expect(page).not.toContain("Over a minute");
});
