/** How findings become a verdict, and when there is none. */
import { describe, expect, test } from "vitest";
import { isClientEvent, nanos, type HistoryEvent } from "../src/history/event.js";
import type { History } from "../src/history/history.js";
import { check, checkers } from "./index.js";
import type { ContextChanges } from "./testing/context.js";
import type { Actor } from "./testing/actor.js";
import { scenario, type Scenario } from "./testing/scenario.js";
import type { Checker } from "./types.js";
import { judge } from "./verdict.js";

/** Two clients by turns, c1 frozen past its lease in the first: strong enough, and nothing wrong. */
function strong(changes: ContextChanges = {}, more: (tells: Scenario) => void = () => {}): History {
  const tells = scenario({ nemeses: ["pause"], fencing: "on", ...changes });
  const c1 = tells.client("c1");
  const c2 = tells.client("c2");
  c1.acquire(0.1, 0.2, { token: 41, until: 2.15 }).read(0.21, 0.22);
  tells.fault("pause", ["c1"], 0.5, 4);
  c2.acquire(0.3, 2.4, { token: 42, until: 4.35 }).read(2.45, 2.46).write(2.5, 2.51).release(2.6, 2.61);
  c1.write(4.01, 4.02).release(4.03, 4.04, "not-held");
  more(tells);
  tells.end(5);
  return tells.history();
}
const without = (history: History, drop: (event: HistoryEvent) => boolean): History => ({
  ...history,
  events: history.events.filter((event) => !drop(event)),
});

test("faults that did not land are none by which anything was challenged", () => {
  const failed = strong({}, (tells) => {
    const about = { process: "nemesis", f: "pause", fault: "f2" } as const;
    tells.note({ ...about, time: nanos(2.7e9), type: "invoke" });
    tells.note({ ...about, time: nanos(2.8e9), type: "fail", error: "gone" });
  });
  const { verdict, reasons } = check(failed);
  expect(verdict).toBe("valid");
  expect(reasons).toEqual(["1 grant was challenged by 1 verified fault, and no update was lost"]);
});

test("what was put to the test and held is valid", () => {
  const { verdict, reasons, challenged, fence, notes } = check(strong());
  expect(verdict).toBe("valid");
  expect(reasons).toEqual(["1 grant was challenged by 1 verified fault, and no update was lost"]);
  expect({ challenged, fence, notes }).toEqual({
    challenged: 1,
    fence: { refused: 1, wouldRefuse: 0, wouldSave: 0 },
    notes: { overlap: 1 },
  });
});

describe("what was not is unknown, with the reason", () => {
  const isFinalRead = (event: HistoryEvent): boolean => isClientEvent(event) && event.final === true;
  test.each<[string, History, RegExp]>([
    ["too few grants", strong({ leastGrants: 3 }), /^only 2 grants \(at least 3/],
    ["no last read", without(strong(), isFinalRead), /^the last read of lock-1 is missing/],
    [
      "cut short",
      without(strong(), (event) => event.process === "run" || isFinalRead(event)),
      /did not come to its end/,
    ],
    [
      "a server that somebody else ended",
      strong({}, (tells) =>
        tells.note({ time: nanos(5.1e9), process: "nemesis", type: "info", f: "recover", fault: "all" }),
      ),
      /^a server was ended from outside/,
    ],
    [
      "no register's log",
      without(strong(), (event) => event.process === "register"),
      /register\.jsonl\) is missing/,
    ],
    [
      "a line of it missing",
      without(
        strong(),
        (event) => event.process === "register" && event.f === "write" && event.type === "ok",
      ),
      /not whole \(write w1-1 is not in it\)/,
    ],
    [
      "no fault verified",
      without(strong(), (event) => event.process === "nemesis" && event.type === "ok"),
      /^no fault was verified/,
    ],
  ])("%s", (_, history, reason) => {
    const { verdict, reasons } = check(history);
    expect(reasons).toContainEqual(expect.stringMatching(reason));
    expect(verdict).toBe("unknown");
  });

  test("one client alone, that nobody kept waiting", () => {
    const tells = scenario();
    const c1 = tells.client("c1");
    c1.acquire(0.1, 0.2, { token: 41, until: 2 }).release(0.3, 0.4);
    c1.acquire(0.5, 0.6, { token: 42, until: 2.4 }).release(0.7, 0.8);
    tells.end(2);
    expect(check(tells.history()).reasons).toEqual([
      expect.stringMatching(/^only 1 of the clients ever held/),
      expect.stringMatching(/^no acquire ever had to wait/),
    ]);
  });

  test("one who polls and waits through another's hold has waited, though it asked first", () => {
    const tells = scenario();
    tells.client("c1").acquire(0.2, 0.3, { token: 41, until: 2.3 }).release(0.8, 0.9);
    tells.client("c2").acquire(0.1, 0.85, { token: 42, until: 2.8 }).release(1, 1.1);
    tells.end(2);
    const waits = check(tells.history()).reasons.filter((reason) => reason.includes("had to wait"));
    expect(waits).toEqual([]);
  });

  test.each([
    ["timeout", []],
    ["cancelled", []],
    ["the connection was refused", [expect.stringMatching(/^no acquire ever had to wait/)]],
  ])("one who waits in vain has waited; who never reached the service has not: %s", (error, expected) => {
    const tells = scenario();
    tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.2 }).release(0.8, 0.9);
    tells.client("c2").denied(0.3, 0.7, error).acquire(1, 1.1, { token: 42, until: 3 }).release(1.2, 1.3);
    tells.end(2);
    const waits = check(tells.history()).reasons.filter((reason) => reason.includes("had to wait"));
    expect(waits).toEqual(expected);
  });

  test("faults that never outlasted a lease", () => {
    const tells = scenario({ nemeses: ["pause"] });
    tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.15 }).read(0.3, 0.4).release(1.5, 1.6);
    tells.fault("pause", ["c1"], 0.5, 1);
    tells.client("c2").acquire(0.2, 1.6, { token: 42, until: 3.5 }).release(1.7, 1.8);
    tells.end(4);
    expect(check(tells.history()).reasons).toEqual([expect.stringMatching(/^no grant was challenged/)]);
  });

  test("faults that came while nobody held", () => {
    const tells = scenario({ nemeses: ["pause"] });
    tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.15 }).release(0.5, 0.6);
    tells.client("c2").acquire(0.3, 0.6, { token: 42, until: 2.5 }).release(0.7, 0.8);
    tells.fault("pause", ["n1"], 1, 4);
    tells.end(5);
    expect(check(tells.history()).reasons).toEqual([
      expect.stringMatching(/^no fault was verified .* \(those that landed did so while nobody held\)/),
    ]);
  });

  test("a register whose clock is not the clients'", () => {
    const history = strong();
    const events = history.events.map((event) =>
      event.process === "register" && event.f === "write"
        ? { ...event, time: (event.time - 1e9) as never }
        : event,
    );
    expect(check({ ...history, events }).reasons).toContainEqual(
      expect.stringMatching(/the record contradicts itself/),
    );
  });
});

test("what is valid behind a fence, with two who held at once, is not called exclusive", () => {
  const reasons = (history: History): readonly string[] => check(history).reasons;
  expect(reasons(strong({ nemeses: [] }))).toEqual([
    "no fault was asked for: two held at once (once), without harm, and every update is there",
  ]);
  const tells = scenario();
  tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.15 }).release(0.5, 0.6);
  tells.client("c2").acquire(0.3, 0.6, { token: 42, until: 2.5 }).release(0.7, 0.8);
  tells.end(5);
  expect(reasons(tells.history())).toEqual([
    "no fault was asked for: every grant was exclusive, and every update is there",
  ]);
});

test.each([
  ["pause", "under 1 verified fault every grant was exclusive, and no update was lost"],
  // The server may have forgotten who held.
  ["kill", "1 grant was challenged by 1 verified fault, and no update was lost"],
])("what never ends by itself is valid unchallenged, under a %s of a server: %s", (fault, reason) => {
  const changes = { nemeses: ["kill"], promises: { lease: "none" }, freedWithinMs: null } as const;
  const tells = scenario({ clients: ["c1", "c2"], ...changes });
  tells.client("c1").acquire(0.1, 0.2, { token: 41 }).release(0.5, 0.6);
  tells.client("c2").acquire(0.3, 0.6, { token: 42 }).release(0.7, 0.8);
  tells.fault(fault, ["n1"], 0.4, 0.45);
  tells.end(5);
  expect(check(tells.history()).reasons).toEqual([reason]);
});

test("a holder that is frozen keeps its connection: the run is told to end that instead", () => {
  const tells = scenario({ nemeses: ["pause"], promises: { lease: "connection", renewals: "none" } });
  tells.client("c1").acquire(0.1, 0.2, { token: 41 }).read(0.21, 0.22).write(3.1, 3.2).release(3.3, 3.31);
  tells.client("c2").acquire(0.3, 3.4, { token: 42 }).read(3.45, 3.46).write(3.5, 3.51).release(3.6, 3.61);
  tells.fault("pause", ["c1"], 0.5, 3);
  tells.end(5);
  const { verdict, reasons } = check(tells.history());
  expect(verdict).toBe("unknown");
  expect(reasons).toEqual([expect.stringMatching(/end its connection \(--nemesis session\)/)]);
});

describe("a grant is challenged", () => {
  const CASES: readonly [string, number, ContextChanges, (tells: Scenario, c1: Actor) => void][] = [
    ["believed in for longer than its lease", 1, {}, (_, c1) => c1.release(2.3, 2.4)],
    ["given back in time", 0, {}, (_, c1) => c1.release(2.1, 2.2)],
    ["renewed in time", 0, {}, (_, c1) => c1.renew(1, 1.1, 3).release(2.3, 2.4)],
    [
      "with renewals that nobody sees",
      0,
      { promises: { renewals: "hidden" } },
      (_, c1) => c1.release(2.3, 2.4),
    ],
    [
      "with renewals that nobody sees, and its holder cut off for a lease",
      1,
      { promises: { renewals: "hidden" } },
      (tells, c1) => {
        tells.fault("partition", ["c1"], 0.1, 2.1);
        c1.release(2.3, 2.4);
      },
    ],
    [
      "with renewals that nobody sees, and its holder cut off for less",
      0,
      { promises: { renewals: "hidden" } },
      (tells, c1) => {
        tells.fault("partition", ["c1"], 0.1, 2.05);
        c1.release(2.3, 2.4);
      },
    ],
    [
      "with renewals that nobody sees, and another cut off",
      0,
      { promises: { renewals: "hidden" } },
      (tells, c1) => {
        tells.fault("partition", ["c2"], 0.1, 2.1);
        c1.release(2.3, 2.4);
      },
    ],
    ["whose holder heard that it is lost", 1, {}, (_, c1) => c1.lost(0.4).release(0.5, 0.6)],
    ["whose holder heard so when it was over", 0, {}, (_, c1) => c1.release(0.5, 0.6).lost(0.7)],
    [
      "whose holder was killed",
      1,
      {},
      (tells, c1) => {
        c1.read(0.3, 0.4);
        tells.fault("kill", ["c1"], 0.5, 0.6);
      },
    ],
    [
      "whose holder was killed when it was over",
      0,
      {},
      (tells, c1) => {
        c1.release(0.3, 0.4);
        tells.fault("kill", ["c1"], 0.5, 0.6);
      },
    ],
    [
      "whose session was ended",
      1,
      {},
      (tells, c1) => {
        tells.fault("session", ["c1"], 0.3, 0.3);
        c1.release(0.5, 0.6);
      },
    ],
    [
      "while another's session was ended",
      0,
      {},
      (tells, c1) => {
        tells.fault("session", ["c2"], 0.3, 0.3);
        c1.release(0.5, 0.6);
      },
    ],
    ...["kill", "clock", "failover"].map((name): (typeof CASES)[number] => [
      `held across a ${name} of a server`,
      1,
      {},
      (tells, c1) => {
        tells.fault(name, ["n1"], 0.3, 0.4);
        c1.release(0.5, 0.6);
      },
    ]),
    ...["pause", "partition", "slow"].map((name): (typeof CASES)[number] => [
      `held across a short ${name} of a server`,
      0,
      {},
      (tells, c1) => {
        tells.fault(name, ["n1"], 0.3, 0.4);
        c1.release(0.5, 0.6);
      },
    ]),
  ];
  test.each(CASES)("%s: %i", (_, challenged, changes, tell) => {
    const tells = scenario({ clients: ["c1", "c2"], ...changes });
    tell(tells, tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.15 }));
    tells.end(5);
    expect(check(tells.history()).challenged).toBe(challenged);
  });
});

test("an overlap is not called harmless by a log that lacks a line", () => {
  const told = (history: History): string | undefined =>
    check(history).findings.find(({ kind }) => kind === "overlap")?.explanation;
  const history = strong();
  expect(told(history)).toContain("No harm was done");
  const noLog = without(history, (event) => event.process === "register");
  const noWrites = without(history, (event) => event.process === "register" && event.f === "write");
  for (const cut of [noLog, noWrites]) {
    expect(told(cut)).toContain("Whether that did harm is not known");
    expect(told(cut)).not.toContain("No harm");
  }
});

test("a violation outranks every weakness", () => {
  const history = without(strong({ fencing: "off", leastGrants: 1000 }), (event) => event.process === "run");
  const { verdict, reasons } = check(history);
  expect(verdict).toBe("violated");
  expect(reasons).toEqual([
    "1 overlap of two holders: outlived-lease",
    "1 stale write: outlived-lease",
    "1 lost update: outlived-lease",
  ]);
});

test("a fence lets nobody in without a token", () => {
  const tells = scenario({ discipline: "heedless" });
  tells
    .client("c1")
    .acquire(0.1, 0.2, { token: 41, until: 2.15 })
    .read(0.21, 0.22)
    .write(0.5, 0.6)
    .release(1, 1.1);
  tells.client("c2").denied(0.3, 0.4).read(0.41, 0.42).write(0.7, 0.8);
  tells.end(4);
  const { fence, updates } = check(tells.history());
  expect(updates.lost).toBe(1);
  expect(fence).toEqual({ refused: 0, wouldRefuse: 1, wouldSave: 1 });
});

describe("a checker that throws", () => {
  const broken: Checker = {
    name: "orphan",
    description: "",
    check() {
      throw new Error("no idea");
    },
  };
  test("leaves it unknown, never valid", () => {
    const { verdict, reasons, remarks } = judge(strong(), [...checkers, broken]);
    expect(verdict).toBe("unknown");
    expect(reasons).toEqual(["the checker of orphan gave up: no idea"]);
    expect(remarks).toEqual(reasons);
  });
  test("hides no violation of another", () => {
    expect(judge(strong({ fencing: "off" }), [broken, ...checkers]).verdict).toBe("violated");
  });
});

test("thousands of one kind are counted, and a thousand listed: the violations first", () => {
  const many: Checker = {
    name: "overlap",
    description: "",
    check: () =>
      Array.from({ length: 3_000 }, (_, n) => ({
        kind: "overlap",
        severity: n < 2_500 ? "note" : "violation",
        explanation: "x",
        ops: [0],
        time: n as never,
      })),
  };
  const { findings, counts, notes, remarks } = judge(strong(), [many]);
  expect({ counts, notes }).toEqual({ counts: { overlap: 500 }, notes: { overlap: 2_500 } });
  expect(findings).toHaveLength(1_000);
  expect(findings.filter(({ severity }) => severity === "violation")).toHaveLength(500);
  expect(remarks).toEqual([expect.stringMatching(/only the first 1000/)]);
});

test("a history that contradicts itself is refused, with the place", () => {
  const history = strong();
  expect(() => check(without(history, (event) => isClientEvent(event) && event.type === "invoke"))).toThrow(
    /event \d+ of the history/,
  );
  const twice = history.events.filter(
    (event) => isClientEvent(event) && event.f === "acquire" && event.process === 0,
  );
  const again = twice.map((event) => ({ ...event, time: 9e9 as never, process: 7 as never }));
  expect(() => check({ ...history, events: [...history.events, ...again] })).toThrow(/a second time/);
});

test("remarks name the nemeses of which nothing landed, beside those of which something did", () => {
  const failed = (tells: Scenario): void => {
    const about = { process: "nemesis", f: "clock", fault: "f2" } as const;
    tells.note({ ...about, time: nanos(2.7e9), type: "invoke" });
    tells.note({ ...about, time: nanos(2.8e9), type: "fail", error: "gone" });
  };
  const { verdict, remarks } = check(strong({ nemeses: ["pause", "clock"] }, failed));
  expect({ verdict, remarks }).toEqual({
    verdict: "valid",
    remarks: ["no clock was verified in effect: this run says nothing about it"],
  });
});

test("where nothing landed at all that is the reason, and no remark", () => {
  const nothing = without(
    strong({ nemeses: ["pause", "clock"] }),
    (event) => event.process === "nemesis" && event.type === "ok",
  );
  const { verdict, reasons, remarks } = check(nothing);
  expect({ verdict, remarks }).toEqual({ verdict: "unknown", remarks: [] });
  expect(reasons).toContainEqual(expect.stringMatching(/\(none of those tried landed\)/));
});

test("remarks carry what the reader had to say", () => {
  expect(check({ ...strong(), notes: ["line 7 was dropped"] }).remarks).toEqual(["line 7 was dropped"]);
});

test("latencies are in ms, throughput in grants a second of the workload", () => {
  const { latency, throughput } = check(strong());
  expect(Object.keys(latency).toSorted()).toEqual(["acquire", "read", "release", "write"]);
  expect(latency["read"]).toMatchObject({ count: 2, max: 10 });
  expect(latency["acquire"]?.p50).toBeCloseTo(100, -1);
  expect(throughput).toBeCloseTo(2 / 4.9, 2);
});
