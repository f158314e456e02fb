/** One test for each rule that no golden history and no oracle would miss: what switching it off changes. */
import { describe, expect, test } from "vitest";
import { grantId, nanos, processId, type HistoryEvent, type NemesisEvent } from "../src/history/event.js";
import { check } from "./index.js";
import { faultsOf, freezesOf } from "./facts/faults.js";
import type { ContextChanges } from "./testing/context.js";
import { first, ofThree } from "./testing/of-three.js";
import { scenario, type Scenario } from "./testing/scenario.js";
import type { Finding, Verdict } from "./types.js";

const judged = (changes: ContextChanges, tell: (tells: Scenario) => void): Verdict => ofThree(tell, changes);

describe("faults", () => {
  const event = (time: number, type: NemesisEvent["type"], f: string, more: Partial<NemesisEvent> = {}) =>
    ({ time: nanos(time), process: "nemesis", type, f, fault: "f1", nodes: ["c1"], ...more }) as HistoryEvent;
  const of = (...events: readonly HistoryEvent[]) => faultsOf(events, nanos(100));

  test("are verified by their ok alone, and last to the end where they were not healed", () => {
    expect(of(event(1, "invoke", "pause"))).toMatchObject([{ verified: false, from: 1, to: 100 }]);
    expect(of(event(1, "invoke", "pause"), event(3, "ok", "pause", { from: nanos(2) }))).toMatchObject([
      { verified: true, from: 2, to: 100 },
    ]);
  });
  test("of which the record has lost the beginning are known by what is left", () => {
    expect(of(event(3, "ok", "pause", { from: nanos(2) }))).toMatchObject([{ verified: true, from: 2 }]);
  });
  test("that did not land have no length, and say why", () => {
    expect(of(event(1, "invoke", "pause"), event(3, "fail", "pause", { error: "gone" }))).toMatchObject([
      { verified: false, from: 3, to: 3, evidence: "gone" },
    ]);
    expect(of(event(1, "invoke", "pause"), event(3, "info", "pause"))).toMatchObject([
      { verified: false, from: 3, to: 3, evidence: "did not land" },
    ]);
  });
  test("end when they are verified gone, not when that was asked for or failed", () => {
    const landed = [event(1, "invoke", "pause"), event(2, "ok", "pause")];
    for (const type of ["invoke", "fail", "info"] as const)
      expect(of(...landed, event(5, type, "heal"))).toMatchObject([{ to: 100, verified: true }]);
    expect(of(...landed, event(5, "ok", "heal"))).toMatchObject([{ to: 5, verified: true }]);
  });
  test("are no recoveries", () => {
    expect(of(event(1, "ok", "recover", { fault: "all" }))).toEqual([]);
  });
  test("freeze whom they hit, when they are verified", () => {
    const frozen = (name: string, type: NemesisEvent["type"]) =>
      of(event(1, "invoke", name), event(2, type, name)).flatMap((fault) => freezesOf("c1", [fault])).length;
    expect(["pause", "block", "partition", "kill"].map((name) => frozen(name, "ok"))).toEqual([1, 1, 0, 0]);
    expect(frozen("pause", "fail")).toBe(0);
    expect(freezesOf("c2", of(event(1, "invoke", "pause"), event(2, "ok", "pause")))).toEqual([]);
  });
});

/** c1 holds until its lease is over and longer, c2 is granted it at 3 s. */
function outlived(tells: Scenario, until: number | null = 2.1): void {
  const lease = until === null ? {} : { until };
  tells
    .client("c1")
    .acquire(0.1, 0.2, { token: 41, ...lease })
    .read(0.3, 0.4)
    .release(4, 4.1, "not-held");
  tells
    .client("c2")
    .acquire(0.5, 3, { token: 42, ...(until !== null && { until: 5 }) })
    .release(4.5, 4.6);
}

describe("causes", () => {
  const cause = (changes: ContextChanges, tell: (tells: Scenario) => void) =>
    first(judged(changes, tell), "overlap")?.cause;

  test.each([
    ["c1", "session-lost"],
    ["c2", "service"],
  ])("a session that was ended is its own holder's: %s, %s", (hit, expected) => {
    expect(
      cause({}, (tells) => {
        tells.fault("session", [hit], 1, 1.1);
        outlived(tells, 5);
      }),
    ).toBe(expected);
  });
  test("a session that was to be ended, and was not, explains nothing", () => {
    expect(
      cause({}, (tells) => {
        tells.note({
          time: nanos(1e9),
          process: "nemesis",
          type: "invoke",
          f: "session",
          fault: "f1",
          nodes: ["c1"],
        });
        outlived(tells, 5);
      }),
    ).toBe("service");
  });
  test.each([
    ["partition", "n1", "session-lost"],
    ["slow", "n1", "session-lost"],
    ["late-reply", "n1", "session-lost"],
    ["lost-reply", "n1", "session-lost"],
    ["pause", "n1", "service"],
    ["pause", "c1", "session-lost"],
    ["pause", "c2", "service"],
  ])("a connection that closed unseen, under a %s of %s: %s", (name, node, expected) => {
    expect(
      cause({ promises: { lease: "connection" } }, (tells) => {
        tells.fault(name, [node], 1, 3.5);
        const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41 });
        c1.read(0.3, 0.4).lost(3.6).release(4, 4.1, "not-held");
        tells.client("c2").acquire(0.5, 3, { token: 42 }).release(4.5, 4.6);
      }),
    ).toBe(expected);
  });
  /** c1 asks first and has the lower token; its connection is closed, as it says at last. */
  const closed = (told: { readonly c1: number; readonly c2: number }, from: number, to: number) =>
    cause({ promises: { lease: "connection" } }, (tells) => {
      tells.fault("late-reply", ["n1"], from, to);
      const c1 = tells.client("c1").acquire(0.1, told.c1, { token: 41 });
      c1.read(3.2, 3.3).lost(3.6).release(4, 4.1, "not-held");
      tells.client("c2").acquire(0.5, told.c2, { token: 42 }).release(4.5, 4.6);
    });
  test.each([
    ["before it was asked for", 0.01, 0.05, "service"],
    ["before the other was told", 0.8, 1, "session-lost"],
    ["when the other had been told", 2.5, 3.1, "service"],
  ])(
    "a connection that closed while its answer was on its way, under a fault %s",
    (_, from, to, expected) => {
      expect(closed({ c1: 3, c2: 2 }, from, to)).toBe(expected);
    },
  );
  test("a connection by which it was told when the fault was over had not closed under it", () => {
    expect(closed({ c1: 2, c2: 3 }, 0.8, 1)).toBe("service");
    expect(closed({ c1: 2, c2: 3 }, 2.5, 2.6)).toBe("session-lost");
  });
  test("a renewal that failed extends nothing", () => {
    const found = cause({}, (tells) => {
      const about = { process: processId(0), client: "c1", lock: "lock-1", grant: grantId("0.1") };
      tells.note({ ...about, time: nanos(1e9), type: "fail", f: "renew", error: "no answer" });
      outlived(tells);
    });
    expect(found).toBe("outlived-lease");
  });
  test.each([
    ["c1", 3, "outlived-lease"],
    ["c1", 2.9, "undetermined"],
    ["c2", 3, "undetermined"],
  ])("renewals that nobody sees, and a fault on %s until %f s: %s", (node, to, expected) => {
    expect(
      cause({ promises: { renewals: "hidden" } }, (tells) => {
        tells.fault("partition", [node], 1, to);
        outlived(tells);
      }),
    ).toBe(expected);
  });
});

describe("what documentation excuses", () => {
  const except = { promises: { except: ["clock"] } } as const;
  test("is a fault since the first of the two was asked for", () => {
    const verdict = judged(except, (tells) => {
      tells.fault("clock", ["n1"], 0.2, 0.3);
      tells.client("c1").acquire(0.1, 0.7, { token: 41, until: 4 }).release(3, 3.1);
      tells.client("c2").acquire(0.8, 1, { token: 42, until: 4 }).release(3.2, 3.3);
    });
    expect(first(verdict, "overlap")).toMatchObject({ cause: "service", expected: true });
  });
  /** Two tokens that do not go together, with a fault on the clock meanwhile. */
  const disorder = (
    fault: readonly [from: number, to: number],
    first_: readonly [asked: number, told: number, token: number],
    second: readonly [asked: number, told: number, token: number],
  ): boolean | undefined => {
    const verdict = judged(except, (tells) => {
      tells.fault("clock", ["n1"], ...fault);
      for (const [name, [asked, told, token]] of [
        ["c1", first_],
        ["c2", second],
      ] as const) {
        const actor = tells.client(name).acquire(asked, told, { token, until: told + 2 });
        actor.release(told + 0.1, told + 0.2);
      }
    });
    return first(verdict, "token-order")?.expected;
  };
  test.each([
    ["before both were asked for", 0.05, 0.1, false],
    ["while the first was being granted, and over when it was told", 0.3, 0.4, true],
    ["between the two", 1.5, 1.6, true],
    ["when both had been told", 2.5, 2.6, false],
  ])("a lower token, under a fault %s", (_, from, to, expected) => {
    expect(disorder([from, to], [0.2, 1, 42], [2, 2.2, 41])).toBe(expected);
  });
  test.each([
    ["before both were asked for", 0.05, 0.1, false],
    ["while both were under way", 0.4, 0.5, true],
    ["while the one was that had been asked for first", 1.5, 1.6, true],
    ["when both had been told", 2.1, 2.2, false],
  ])("a token given twice, whoever was told first, under a fault %s", (_, from, to, expected) => {
    expect(disorder([from, to], [0.2, 2, 41], [0.3, 1, 41])).toBe(expected);
  });
  test.each([
    [true, except],
    [false, {}],
    [true, { promises: { exclusion: "none" } }],
  ] as const)("a lower token, expected: %s", (expected, changes) => {
    const verdict = judged(changes, (tells) => {
      tells.fault("clock", ["n1"], 0.3, 0.9);
      tells.client("c1").acquire(0.1, 0.2, { token: 42, until: 2 }).release(0.4, 0.5);
      tells.client("c2").acquire(0.6, 0.7, { token: 41, until: 2.6 }).release(0.8, 0.9);
    });
    expect(first(verdict, "token-order")).toMatchObject({ expected });
  });
  test.each([
    [true, except],
    [false, {}],
  ] as const)("a release of another's lock, expected: %s", (expected, changes) => {
    const verdict = judged(changes, (tells) => {
      tells.fault("clock", ["n1"], 2.3, 2.45);
      tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1);
      tells.client("c2").acquire(2.4, 2.5, { until: 4.4 }).release(3.3, 3.4, "not-held");
      tells.client("c3").acquire(3.1, 3.2, { until: 5.1 }).release(4, 4.1);
    });
    expect(first(verdict, "foreign-release")).toMatchObject({ expected });
  });
});

test("the faults behind a finding: on one of the two or on a server, since the first of them", () => {
  const verdict = judged({}, (tells) => {
    tells.fault("pause", ["c3"], 1, 2);
    tells.fault("slow", ["c1"], 1.1, 2);
    tells.fault("slow", ["c2"], 1.2, 2);
    tells.fault("pause", ["n1"], 1.3, 2);
    tells.fault("pause", ["n1"], 0.01, 0.02);
    tells.fault("pause", ["c3", "n2"], 1.4, 2);
    outlived(tells);
    tells.fault("pause", ["n1"], 5, 6);
  });
  expect(first(verdict, "overlap")?.faults).toEqual(["f2", "f3", "f4", "f6"]);
});

test("the faults behind a finding count since the first `ok`, also where the later one by token was told first", () => {
  const verdict = judged({}, (tells) => {
    tells.fault("slow", ["n1"], 0.6, 0.8);
    tells.client("c1").acquire(0.1, 1, { token: 41, until: 4 }).release(3, 3.1);
    tells.client("c2").acquire(0.2, 0.5, { token: 42, until: 4 }).release(3.2, 3.3);
  });
  expect(first(verdict, "overlap")).toMatchObject({ cause: "service", faults: ["f1"] });
});

test("who outlived its lease and then only read did no harm", () => {
  const verdict = judged({}, (tells) => {
    const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 });
    c1.read(3.3, 3.4).release(4, 4.1, "not-held");
    tells.client("c2").acquire(0.5, 3, { token: 42, until: 5 }).release(4.5, 4.6);
  });
  expect(first(verdict, "overlap")).toMatchObject({ cause: "outlived-lease", severity: "note" });
});

test("without tokens a write is stale though its holder was the last to read: another's hold has begun since", () => {
  const verdict = judged({}, (tells) => {
    const c1 = tells.client("c1").acquire(0.1, 0.2, { until: 2.1 });
    tells.client("c2").acquire(0.5, 3, { until: 5 }).read(3.1, 3.2).release(4.5, 4.6);
    c1.read(3.3, 3.4).write(3.5, 3.6).release(4, 4.1, "not-held");
  });
  expect(verdict.counts["stale-write"]).toBe(1);
});

test("of a fence, each lower token that it let pass is a breach, and none where there is no fence", () => {
  const tell = (tells: Scenario): void => {
    tells.client("c2").acquire(0.1, 0.2, { token: 42, until: 2 }).read(0.3, 0.4).release(0.5, 0.6);
    const c1 = tells.client("c1").acquire(0.05, 0.7, { token: 41, until: 2.6 });
    c1.read(0.8, 0.9, { force: "ok" }).write(1, 1.1, { force: "ok" }).release(1.2, 1.3);
  };
  const tells = scenario({ fencing: "on" });
  tell(tells);
  const history = tells.history();
  expect(check(history).counts["fence-breach"]).toBe(2);
  const off = { ...history, context: { ...history.context, fencing: "off" } } as const;
  expect(check(off).counts["fence-breach"]).toBeUndefined();
});

test("a session that was ended without harm is a note", () => {
  const verdict = judged({}, (tells) => {
    tells.fault("session", ["c1"], 1, 1.1);
    outlived(tells, 5);
  });
  expect(first(verdict, "overlap")).toMatchObject({ cause: "session-lost", severity: "note" });
});

test("who got the lock when all was healed shows that it was no orphan, whoever was refused after that", () => {
  const verdict = judged({}, (tells) => {
    tells.client("c3", 8).acquire(8.1, 8.2, { token: 43, until: 10, final: true });
    tells.client("c2", 7).denied(8.3, 22, "timeout", { final: true });
  });
  expect(verdict.counts.orphan).toBeUndefined();
});

test("a write without the lock is one, also where the register's log is gone", () => {
  const tells = scenario({ discipline: "heedless" });
  tells.client("c1").denied(0.1, 0.2).write(0.3, 0.4);
  const history = tells.history();
  const events = history.events.filter(({ process }) => process !== "register");
  expect(check({ ...history, events }).counts["unlocked-write"]).toBe(1);
});

describe("a kill", () => {
  const held = (tell: (tells: Scenario) => void): Finding | undefined => {
    const verdict = judged({}, (tells) => {
      tell(tells);
      const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 }).read(0.3, 3.5);
      c1.next(11).denied(3.6, 3.7);
      tells.client("c2").acquire(0.5, 3, { token: 42, until: 5 }).release(4.5, 4.6);
    });
    return first(verdict, "overlap");
  };
  const asked = (type: "invoke" | "fail"): NemesisEvent => ({
    time: nanos(1e9),
    process: "nemesis",
    type,
    f: "kill",
    fault: "f1",
    nodes: ["c1"],
  });
  test("ends a belief", () => expect(held((tells) => tells.fault("kill", ["c1"], 1, 1.1))).toBeUndefined());
  test("ends a belief, also where the last that was heard of it is what the register did", () => {
    const tells = scenario();
    tells.fault("kill", ["c1"], 1, 1.1);
    const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 });
    c1.read(0.3, 0.4).write(0.5, null, { applied: 0.6 });
    tells.client("c2").acquire(0.5, 0.8, { token: 42, until: 2.5 }).release(0.9, 0.95);
    // Nobody has been heard of since: the run was cut off.
    expect(first(check(tells.history()), "overlap")).toMatchObject({ time: 0.8e9, until: 0.9e9 });
  });
  test("of a server ends none", () =>
    expect(held((tells) => tells.fault("kill", ["n1"], 1, 1.1))).toBeDefined());
  test("that did not land ends none", () => {
    const found = held((tells) => {
      tells.note(asked("invoke"));
      tells.note(asked("fail"));
    });
    expect(found).toBeDefined();
  });
  test("of the client's next process says nothing of the one before", () => {
    expect(held((tells) => tells.fault("kill", ["c1"], 3.65, 3.7))).toMatchObject({ until: 3.5e9 });
  });
});

test("a register whose clock is ahead of the clients' contradicts them, too", () => {
  const tells = scenario();
  tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2 }).write(0.3, 0.4).release(0.5, 0.6);
  tells.end(4);
  const history = tells.history();
  const events = history.events.map((event) =>
    event.process === "register" && event.f === "write" ? { ...event, time: nanos(event.time + 1e9) } : event,
  );
  expect(check({ ...history, events }).reasons).toContainEqual(expect.stringMatching(/contradicts itself/));
});

test("who was told too late, with a higher token, makes what came rightly after it look stale", () => {
  const verdict = judged({}, (tells) => {
    const c2 = tells.client("c2").acquire(0.2, 2.3, { token: 42, until: 2.2 });
    c2.read(2.31, 2.32).write(2.33, 2.34).release(2.35, 2.36);
    const c1 = tells.client("c1").acquire(0.1, 2.4, { token: 41, until: 4.3 });
    c1.read(2.41, 2.42).write(2.45, 2.46).release(2.5, 2.51);
  });
  expect(first(verdict, "stale-write")).toMatchObject({ cause: "late-grant", expected: false });
});

test("a release of another's lock is what a recipe that excludes nobody lets happen", () => {
  const verdict = judged({ promises: { exclusion: "none" } }, (tells) => {
    tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1);
    tells.client("c2").acquire(2.4, 2.5, { until: 4.4 }).release(3.3, 3.4, "not-held");
    tells.client("c3").acquire(3.1, 3.2, { until: 5.1 }).release(4, 4.1);
  });
  expect(first(verdict, "foreign-release")).toMatchObject({ expected: true });
});

test("a release of one's lock lets in who comes after it, and is no cause of what others do", () => {
  const verdict = judged({}, (tells) => {
    tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1);
    tells.client("c2").acquire(2.4, 2.5, { until: 4.4 }).release(3.5, 3.6, "not-held");
    const c3 = tells.client("c3").acquire(3.1, 3.2, { until: 5.1 });
    c3.release(4.6, 4.7);
    tells.client("c4").acquire(3.7, 3.8, { until: 5.8 }).release(4.8, 4.9);
  });
  const causes = verdict.findings.filter(({ kind }) => kind === "overlap").map(({ cause }) => cause);
  expect(causes).toEqual(["outlived-lease", "foreign-release", "service"]);
});

test("who was told, and gave it back, at the very instant at which another was told may have come after it", () => {
  const verdict = judged({}, (tells) => {
    tells.client("c2").acquire(0.2, 2.4, { token: 42, until: 4.2 }).release(2.4, 2.5);
    tells.client("c1").acquire(0.1, 2.4, { token: 41, until: 4.3 }).release(2.6, 2.7);
  });
  expect(verdict.counts["token-order"]).toBeUndefined();
});

describe("whether harm was to be expected", () => {
  /** c1 is told too late, when c2 has come and gone, and writes. */
  const late = (tells: Scenario): void => {
    const c1 = tells.client("c1").acquire(0.1, 3.4, { token: 41, until: 2.1 });
    c1.read(3.41, 3.42).write(3.45, 3.46).release(3.5, 3.51);
    const c2 = tells.client("c2").acquire(0.2, 2.3, { token: 42, until: 4.2 });
    c2.read(2.31, 2.32).write(2.33, 2.34).release(2.35, 2.36);
  };
  test.each([
    [false, {}],
    [true, { promises: { exclusion: "none" } }],
  ] as const)("after an OK that came too late: %s", (expected, changes) => {
    expect(first(judged(changes, late), "stale-write")).toMatchObject({ cause: "late-grant", expected });
  });
  test.each([
    ["c1", true],
    ["n1", false],
  ])("after one that documentation excuses, if it was %s: %s", (node, expected) => {
    const verdict = judged({ promises: { except: ["clock"] } }, (tells) => {
      tells.fault("clock", [node], 1, 1.5);
      late(tells);
    });
    expect(first(verdict, "stale-write")).toMatchObject({ cause: "late-grant", expected });
  });
  test("by a write that was under way, though its holder had been told late", () => {
    const verdict = judged({}, (tells) => {
      const c1 = tells.client("c1").acquire(0.1, 2.4, { token: 41, until: 2.1 }).read(2.41, 2.42);
      c1.write(2.45, 2.55, { applied: 3.5, open: true }).release(2.6, 2.7);
      const c2 = tells.client("c2").acquire(0.2, 2.8, { token: 42, until: 4.2 });
      c2.read(2.9, 3).write(3.1, 3.2).release(3.9, 4);
    });
    expect(first(verdict, "stale-write")).toMatchObject({ cause: "in-flight", expected: true });
  });
  test("where nobody knows: its session was ended before it was told, and told it was in time", () => {
    const verdict = judged({}, (tells) => {
      tells.fault("session", ["c1"], 0.3, 0.31);
      tells.client("c2").acquire(0.2, 0.5, { token: 42, until: 2.2 }).read(0.51, 0.52).release(0.6, 0.7);
      const c1 = tells.client("c1").acquire(0.1, 1, { token: 41, until: 2.1 });
      c1.read(1.05, 1.1).write(1.2, 1.3).release(1.4, 1.5);
    });
    const stale = first(verdict, "stale-write");
    expect(stale?.cause).toBe("undetermined");
    expect(stale?.expected).toBeUndefined();
  });
  test("by two whom the service let in at once", () => {
    const verdict = judged({}, (tells) => {
      const c1 = tells.client("c1").acquire(0.1, 0.7, { token: 41, until: 4 }).read(0.8, 0.9);
      c1.write(2, 2.1).release(3, 3.1);
      tells.client("c2").acquire(0.8, 1, { token: 42, until: 4 }).read(1.1, 1.2).release(3.2, 3.3);
    });
    expect(first(verdict, "stale-write")).toMatchObject({ cause: "service", expected: false });
  });
  test("by a holder who was frozen when it was told", () => {
    const verdict = judged({}, (tells) => {
      tells.fault("pause", ["c1"], 0.3, 3.35);
      tells.client("c1").acquire(0.1, 3.4, { token: 41, until: 2.1 }).release(3.6, 3.7);
      tells.client("c2").acquire(0.2, 2.3, { token: 42, until: 4.2 }).release(3.9, 4);
    });
    expect(first(verdict, "overlap")).toMatchObject({ cause: "late-grant", expected: true });
  });
});
