/** What excuses a broken promise, and what comes too late to. */
import { describe, expect, test } from "vitest";
import { check } from "./index.js";
import { seconds } from "./testing/actor.js";
import { first } from "./testing/of-three.js";
import { scenario } from "./testing/scenario.js";

test.each([
  [0.05, 0],
  [0.2, 1],
])("told OK %f s after a freeze, its lease long over: %i", (after, broken) => {
  const tells = scenario();
  tells.fault("pause", ["c1"], 1, 4);
  tells
    .client("c1")
    .acquire(0.5, 4 + after, { token: 41, until: 2.5 })
    .release(4.5, 4.6);
  tells.end(6);
  expect(check(tells.history()).brokenPromises).toBe(broken);
});

test.each([
  [2.65, 0],
  [2.75, 1],
])("stopped and let go in turns of 100 ms, its lease over at 2.5 s, told OK at %f s: %i", (told, broken) => {
  const tells = scenario();
  tells.fault("pause", ["c1"], 1, 4, { shape: "slow", stopMs: 100 });
  tells.client("c1").acquire(0.5, told, { token: 41, until: 2.5 }).release(4.5, 4.6);
  tells.end(6);
  expect(check(tells.history()).brokenPromises).toBe(broken);
});

describe("a freeze excuses what was slept away of the time since a lease was over at 2.5 s, told OK at 4.05 s", () => {
  const broken = (
    ...freezes: readonly (readonly [name: "pause" | "block", from: number, to: number])[]
  ): number => {
    const tells = scenario();
    for (const [name, from, to] of freezes) tells.fault(name, ["c1"], from, to);
    tells.client("c1").acquire(0.5, 4.05, { token: 41, until: 2.5 }).release(4.5, 4.6);
    tells.end(6);
    return check(tells.history()).brokenPromises;
  };
  test("since before", () => expect(broken(["pause", 2.4, 4])).toBe(0));
  test("since just after", () => expect(broken(["pause", 2.55, 4])).toBe(0));
  test("not since its client could long have looked at it", () => expect(broken(["pause", 2.56, 4])).toBe(1));
  test("in two parts", () => expect(broken(["pause", 1, 2.52], ["pause", 2.55, 4])).toBe(0));
  test("not if it ran for long between two", () =>
    expect(broken(["pause", 1, 2.6], ["pause", 3, 4])).toBe(1));
  test("no moment of it twice", () => expect(broken(["pause", 3, 4], ["block", 3, 4])).toBe(1));
  test("whatever comes afterwards", () => expect(broken(["pause", 1, 4], ["pause", 5, 5.5])).toBe(0));
  test("nothing before it", () => expect(broken(["pause", 0.6, 2], ["pause", 3.9, 4])).toBe(1));
});

test("an OK that came 50 ms too late is not excused by a freeze that was long over", () => {
  const tells = scenario();
  tells.fault("pause", ["c1"], 1, 2);
  tells.client("c1").acquire(0.5, 2.55, { token: 41, until: 2.5 }).release(4.5, 4.6);
  tells.end(6);
  expect(check(tells.history()).brokenPromises).toBe(1);
});

test.each([
  [2.15, 10, 0],
  [2.25, 10, 1],
  // The lease had been over for longer.
  [2.15, 1.9, 1],
])(
  "stopped in turns of 100 ms, told OK at %f s, after it had said at 2 s that a lock until %i s is lost: %i",
  (told, until, broken) => {
    const tells = scenario();
    tells.fault("pause", ["c1"], 1, 4, { shape: "slow", stopMs: 100 });
    const c1 = tells.client("c1");
    c1.lost(2);
    c1.acquire(0.5, told, { token: 41, until }).release(4.5, 4.6);
    tells.end(6);
    expect(check(tells.history()).brokenPromises).toBe(broken);
  },
);

test.each([
  [0.5, 0],
  [2, 1],
])("two hold from 1 s on, and a fault that documentation excuses begins at %f s: %i", (from, broken) => {
  const tells = scenario({ promises: { except: ["clock"] } });
  tells.client("c1").acquire(0.6, 0.7, { token: 41, until: 4 }).release(3, 3.1);
  tells.client("c2").acquire(0.8, 1, { token: 42, until: 4 }).release(3.2, 3.3);
  tells.fault("clock", ["n1"], from, 2.5);
  tells.end(6);
  expect(check(tells.history()).brokenPromises).toBe(broken);
});

describe("documentation excuses", () => {
  type Servers = { readonly servers?: readonly string[] };
  /** A fault on one host while two are granted the lock. */
  const byService = (node: string, changes: Servers = {}, name = "clock"): number => {
    const tells = scenario({ promises: { except: ["clock", "pause"] }, ...changes });
    tells.client("c1").acquire(0.6, 0.7, { token: 41, until: 4 }).release(3, 3.1);
    tells.client("c2").acquire(0.8, 1, { token: 42, until: 4 }).release(3.2, 3.3);
    tells.fault(name, [node], 0.5, 2.5);
    tells.end(6);
    return check(tells.history()).brokenPromises;
  };
  test.each(["clock", "pause"])("a service under a %s of a server, and not of a client", (name) => {
    expect(byService("n2", {}, name)).toBe(0);
    expect(byService("c1", {}, name)).toBe(1);
    expect(byService("c3", {}, name)).toBe(1);
  });
  test("what clients do by themselves, where there is no server", () =>
    expect(byService("c3", { servers: [] })).toBe(0));
  test("under a fault of whomever, where the record does not tell who is a server", () => {
    const tells = scenario({ promises: { except: ["clock"] } });
    tells.client("c1").acquire(0.6, 0.7, { token: 41, until: 4 }).release(3, 3.1);
    tells.client("c2").acquire(0.8, 1, { token: 42, until: 4 }).release(3.2, 3.3);
    tells.fault("clock", ["c1"], 0.5, 2.5);
    tells.end(6);
    const { context, ...rest } = tells.history();
    const { servers: _, ...old } = context;
    expect(check({ ...rest, context: old }).brokenPromises).toBe(0);
  });
  test.each([
    ["c1", 0],
    ["c2", 1],
    ["n1", 1],
  ])("a client that was told too late under a fault of its own: of %s, %i", (node, broken) => {
    const tells = scenario({ promises: { except: ["clock"] } });
    tells.fault("clock", [node], 0.3, 4.2);
    tells.client("c1").acquire(0.5, 4, { token: 41, until: 2.5 }).release(4.5, 4.6);
    tells.client("c2").acquire(0.4, 3, { token: 42, until: 5 }).release(4.7, 4.8);
    tells.end(6);
    const verdict = check(tells.history());
    expect(verdict.brokenPromises).toBe(broken);
    expect(first(verdict, "overlap")).toMatchObject({ cause: "late-grant", expected: broken === 0 });
  });
  test.each([
    // Before the victim asked it can have lost nothing of it.
    ["n1", 1, 1.5, false],
    ["n1", 2.45, 2.6, true],
    ["c1", 2.45, 2.6, false],
  ])("a release of another's lock that %s may have lost, from %f to %f s: %s", (node, from, to, expected) => {
    const tells = scenario({ promises: { except: ["clock"], renewals: "none" } });
    tells.fault("clock", [node], from, to);
    tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1);
    tells.client("c2").acquire(2.4, 2.5, { until: 4.4 }).release(4, 4.1, "not-held");
    tells.client("c3").acquire(3.3, 3.4, { until: 5.3 }).release(4.2, 4.3);
    tells.end(9);
    expect(first(check(tells.history()), "foreign-release")).toMatchObject({ expected });
  });
  test("no orphan of a server that came back, if its clock was not verified to be off", () => {
    const orphan = (type: "ok" | "fail") => {
      const tells = scenario({ promises: { except: ["clock"] } });
      const clock = { process: "nemesis", f: "clock", fault: "f0", nodes: ["n1"] } as const;
      tells.note({ ...clock, time: seconds(0.1), type: "invoke" });
      tells.note({ ...clock, time: seconds(0.2), type, evidence: "off" });
      tells.note({ ...clock, time: seconds(2), type: "ok", f: "heal" });
      tells.client("c1").acquire(2.5, 2.6, { token: 41, until: 4.6 });
      tells.fault("kill", ["n1"], 3, 4);
      tells.client("c2").denied(7.2, 20, "timeout", { final: true });
      tells.end(7);
      return first(check(tells.history()), "orphan")?.expected;
    };
    expect([orphan("ok"), orphan("fail")]).toEqual([true, false]);
  });
  test.each([
    ["n1", true],
    ["c1", false],
  ])("an orphan, if the clock of %s was set: %s", (node, expected) => {
    const tells = scenario({ promises: { except: ["clock"] } });
    tells.fault("clock", [node], 1, 3);
    tells.client("c1").acquire(2.5, 2.6, { token: 41, until: 4.6 });
    tells.client("c2").denied(7.2, 20, "timeout", { final: true });
    tells.end(7);
    expect(first(check(tells.history()), "orphan")).toMatchObject({ expected });
  });
});

test("grants that only look for orphans are no part of the workload", () => {
  const tells = scenario();
  tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 }).release(0.5, 0.6);
  const c2 = tells.client("c2");
  c2.acquire(6, 6.1, { token: 42, until: 8, final: true }).release(6.2, 6.3);
  tells.end(5);
  expect(check(tells.history())).toMatchObject({ grants: 1, holders: 1 });
});
