/** When a lock that nobody can take is stuck for ever, and when nobody can tell. */
import { expect, test } from "vitest";
import { check } from "../index.js";
import type { ContextChanges } from "../testing/context.js";
import type { Actor } from "../testing/actor.js";
import { scenario } from "../testing/scenario.js";
import type { Finding } from "../types.js";

/** c1 is granted lock-1 and never heard of again; all is healed at 5 s; then the others try. */
function orphans(tries: (c2: Actor, c3: Actor) => void, changes: ContextChanges = {}): readonly Finding[] {
  const tells = scenario(changes);
  const until = changes.promises?.lease === "none" ? {} : { until: 2.15 };
  tells.client("c1").acquire(0.1, 0.2, { token: 41, ...until });
  tries(tells.client("c2"), tells.client("c3"));
  tells.end(5);
  return check(tells.history()).findings.filter(({ kind }) => kind === "orphan");
}
const FINAL = { final: true } as const;

test.each(["held", "timeout"])("refused (%s) for longer than a dead holder's lock may stay", (error) => {
  const found = orphans((c2) => c2.denied(5.2, 14.2, error, FINAL));
  expect(found).toMatchObject([{ lock: "lock-1", severity: "violation", expected: false }]);
});

test("is what a recipe without any expiry lets happen", () => {
  const changes = { freedWithinMs: null, promises: { lease: "none" } } as const;
  expect(orphans((c2) => c2.denied(5.2, 14.2, "held", FINAL), changes)).toMatchObject([{ expected: true }]);
});

test("cites the faults since its last holder; where a clock was set documentation may excuse it", () => {
  const under = (name: string, from: number, except: readonly "clock"[]): Finding | undefined => {
    const tells = scenario({ promises: { except } });
    tells.fault(name, ["n1"], from, from + 2);
    tells.client("c1").acquire(2.5, 2.6, { token: 41, until: 4.6 });
    tells.client("c2").denied(7.2, 20, "timeout", FINAL);
    tells.end(7);
    return check(tells.history()).findings.find(({ kind }) => kind === "orphan");
  };
  const found = under("clock", 1, ["clock"]);
  expect(found).toMatchObject({ expected: true, faults: ["f1"] });
  expect(found?.explanation).toContain("the clock f1, from 1.000 s to 3.000 s");
  const before = under("clock", 0.1, ["clock"]);
  expect(before).toMatchObject({ expected: false, faults: [] });
  expect(before?.explanation).not.toContain("Since then");
  expect(under("clock", 1, [])).toMatchObject({ expected: false, faults: ["f1"] });
  expect(under("pause", 1, ["clock"])).toMatchObject({ expected: false, faults: ["f1"] });
});

test.each([
  [["clock"], true],
  [[], false],
] as const)(
  "of a server that came back with what it had stored under a wrong clock (except: %j)",
  (except, expected) => {
    const tells = scenario({ promises: { except } });
    tells.fault("clock", ["n1"], 0.1, 2.1);
    tells.client("c1").acquire(2.5, 2.6, { token: 41, until: 4.6 });
    tells.fault("kill", ["n1"], 3, 4);
    tells.client("c2").denied(7.2, 20, "timeout", FINAL);
    tells.end(7);
    const found = check(tells.history()).findings.find(({ kind }) => kind === "orphan");
    expect(found).toMatchObject({ expected, faults: ["f2"] });
  },
);

test("names three faults, and counts the rest", () => {
  const tells = scenario();
  tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.2 });
  for (const from of [3, 3.2, 3.4, 3.6, 3.8]) tells.fault("kill", ["n1"], from, from + 0.1);
  tells.client("c2").denied(7.2, 20, "timeout", FINAL);
  tells.end(7);
  const found = check(tells.history()).findings.find(({ kind }) => kind === "orphan");
  expect(found?.explanation).toMatch(
    /there was the kill f1, [^,]+, the kill f2, [^,]+, the kill f3, [^,]+, and 2 more\./,
  );
  expect(found?.faults).toHaveLength(5);
});

test("says nothing of a lock that nobody tried", () => {
  const changes = { locks: ["lock-1", "lock-2"] };
  const found = orphans((c2) => c2.denied(5.2, 14.2, "timeout", FINAL), changes);
  expect(found.map(({ lock }) => lock)).toEqual(["lock-1"]);
});

test.each<[string, (c2: Actor, c3: Actor) => void]>([
  [
    "another got it",
    (c2, c3) => {
      c2.denied(5.2, 14.2, "timeout", FINAL);
      c3.acquire(14.3, 14.4, { token: 42, until: 16, ...FINAL }).release(14.5, 14.6);
    },
  ],
  ["it gave up too early", (c2) => c2.denied(5.2, 7, "timeout", FINAL)],
  ["it was refused for another reason", (c2) => c2.denied(5.2, 14.2, "no lease: unavailable", FINAL)],
  ["its outcome is open", (c2) => c2.denied(5.2, 14.2, "timeout", { type: "info", ...FINAL })],
  ["it was part of the workload", (c2) => c2.denied(5.2, 14.2, "timeout")],
])("is none where %s", (_, tries) => {
  expect(orphans(tries)).toEqual([]);
});

test.each([
  [14.1, 1],
  // At that very instant it may have been refused since the other still held.
  [14.2, undefined],
  [20.1, undefined],
])(
  "where one who never came to its end rightly held until %f s, and it was refused at 14.2 s: %s",
  (until, orphaned) => {
    const changes = { freedWithinMs: null, promises: { lease: "none" } } as const;
    const tells = scenario(changes);
    tells
      .client("c1")
      .acquire(0.1, 0.2, { token: 41 })
      .read(until - 0.1, until);
    tells.client("c2").denied(5.2, 14.2, "held", FINAL);
    tells.end(5);
    expect(check(tells.history()).counts.orphan).toBe(orphaned);
  },
);

test.each([
  [8.9, 0],
  // Free by then is what the recipe promises: at that very instant it may just have become so.
  [9, 0],
  [9.1, 1],
])("refused until %f s, healed at 5 s, and free 4 s after that at the latest: %i", (until, orphaned) => {
  expect(orphans((c2) => c2.denied(5.2, until, "timeout", FINAL))).toHaveLength(orphaned);
});

test("counts from the healing, though all leases were over long before", () => {
  const tells = scenario();
  tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.2 }).read(0.3, 0.4).release(0.5, 0.6);
  tells.client("c2").denied(5.2, 8, "timeout", FINAL);
  tells.end(5);
  expect(check(tells.history()).counts.orphan).toBeUndefined();
});

test("is none where one held for longer than who was granted it last", () => {
  const tells = scenario();
  tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 13 }).read(12, 12.1);
  tells.client("c3").acquire(0.3, 0.4, { token: 42, until: 2.4 }).read(0.5, 0.6);
  tells.client("c2").denied(5.2, 14.2, "timeout", FINAL);
  tells.end(5);
  expect(check(tells.history()).counts.orphan).toBeUndefined();
});
