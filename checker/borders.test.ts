/**
 * What is said of two things at the very same instant, which may have come in either order: nobody is accused by a tie, and
 * a tie excuses as far as it may have been the excusing way round. Stretches of time end before their last instant.
 */
import { describe, expect, test } from "vitest";
import { nanos, processId, type ClientEvent, type HistoryEvent } from "../src/history/event.js";
import { faultsOf, inEffect } from "./facts/faults.js";
import { coverageOf, renewalsOf } from "./facts/lease.js";
import { check } from "./index.js";
import { seconds } from "./testing/actor.js";
import { certainViolations } from "./live.js";
import { first, ofThree } from "./testing/of-three.js";
import { scenario, type Scenario } from "./testing/scenario.js";

describe("a fault", () => {
  const during = (from: number, to: number): number => {
    const about = { process: "nemesis", f: "session", fault: "f1", nodes: ["c1"] } as const;
    const events: readonly HistoryEvent[] = [
      { ...about, time: nanos(5), type: "ok" },
      { ...about, time: nanos(5), type: "ok", f: "heal" },
    ];
    return inEffect(faultsOf(events, nanos(100)), { from: nanos(from), to: nanos(to) }).length;
  };
  test("that is over as it begins was in effect at that instant, and not before", () => {
    expect(during(5, 7)).toBe(1);
    expect(during(3, 6)).toBe(1);
    expect(during(3, 5)).toBe(0);
    expect(during(6, 7)).toBe(0);
  });
});

test("a renewal that was sent at the very end of its lease leaves no gap", () => {
  const about = { process: processId(0), client: "c1", type: "ok", lock: "lock-1" } as const;
  const ok: ClientEvent = { ...about, time: nanos(1), f: "acquire", validUntil: nanos(5) };
  const renewal: ClientEvent = { ...about, time: nanos(6), f: "renew", sent: nanos(5), validUntil: nanos(8) };
  expect(coverageOf(ok, renewalsOf([renewal]))).toEqual([{ from: -Infinity, to: 8 }]);
});

describe("a kill", () => {
  /** c1 is told at 0.2 s and works on until 0.4 s, c2 is told at 0.3 s. */
  const until = (kill: number, next: number): number | undefined => {
    const verdict = ofThree((tells) => {
      tells.fault("kill", ["c1"], kill, kill + 0.01);
      const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 }).read(0.21, 0.4);
      c1.next(11).denied(next, next + 0.1);
      tells.client("c2").acquire(0.1, 0.3, { token: 42, until: 2.1 }).release(0.9, 1);
    });
    return first(verdict, "overlap")?.until;
  };
  test("at the very instant of its OK ends a hold", () => expect(until(0.2, 2)).toBeUndefined());
  test("at which its client goes on as another process may have hit that one", () =>
    expect(until(0.6, 0.6)).toBe(0.4e9));
  test("at which its holder lets go puts nothing to the test", () => {
    const { challenged } = ofThree((tells) => {
      tells.fault("kill", ["c1"], 0.5, 0.6);
      tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 }).release(0.5, 0.6);
    });
    expect(challenged).toBe(0);
  });
});

describe("a freeze", () => {
  /** Told at 4 s, its lease long over. */
  const broken = (
    from: number,
    to: number,
    more: { readonly until?: number; readonly stopMs?: number } = {},
  ) => {
    const { until = 2.5, stopMs } = more;
    const verdict = ofThree((tells) => {
      tells.fault("pause", ["c1"], from, to, stopMs === undefined ? {} : { stopMs });
      tells.client("c1").acquire(0.5, 4, { token: 41, until }).release(4.5, 4.6);
    });
    return verdict.brokenPromises;
  };
  test("that begins as the OK is told has held up nothing", () => {
    expect(broken(3.9, 4.2, { until: 3.95 })).toBe(0);
    expect(broken(4, 4.2, { until: 3.95 })).toBe(1);
  });
  test("excuses for 100 ms after its end, the last instant included", () => {
    expect(broken(1, 3.9)).toBe(0);
    expect(broken(1, 3.89)).toBe(1);
  });
  test("by turns excuses for one of its stops and 100 ms, the last instant included", () => {
    expect(broken(1, 5, { stopMs: 100, until: 3.8 })).toBe(0);
    expect(broken(1, 5, { stopMs: 100, until: 3.79 })).toBe(1);
  });
});

describe("of a session that was ended", () => {
  /** c1 asks at 0.1 s and is told at 0.7 s, c2 is told at 0.9 s. */
  const cause = (ended: number) => {
    const verdict = ofThree((tells) => {
      tells.fault("session", ["c1"], ended, 1.3);
      tells.client("c1").acquire(0.1, 0.7, { until: 4 }).release(3, 3.1);
      tells.client("c2").acquire(0.2, 0.9, { until: 4 }).release(3.2, 3.3);
    });
    return first(verdict, "overlap")?.cause;
  };
  test("as the lock was asked for it may have been", () => expect(cause(0.1)).toBe("session-lost"));
  test("as the other was told it had been granted the lock by then", () =>
    expect(cause(0.9)).toBe("service"));
});

test("one who was told as the other was had been granted it since its question, and may have lost its connection", () => {
  const verdict = ofThree(
    (tells) => {
      tells.fault("late-reply", ["n1"], 0.8, 1);
      const c1 = tells.client("c1").acquire(0.1, 2, { token: 41 });
      c1.read(3.2, 3.3).lost(3.6).release(4, 4.1, "not-held");
      tells.client("c2").acquire(0.5, 2, { token: 42 }).release(4.5, 4.6);
    },
    { promises: { lease: "connection" } },
  );
  expect(first(verdict, "overlap")?.cause).toBe("session-lost");
});

test("a connection that was lost as the other was told had closed before", () => {
  const cause = (lost: number) => {
    const verdict = ofThree(
      (tells) => {
        tells.client("c1").acquire(0.1, 0.2).lost(lost).release(4, 4.1, "not-held");
        tells.client("c2").acquire(0.5, 2).release(4.5, 4.6);
      },
      { promises: { lease: "connection" } },
    );
    return first(verdict, "overlap")?.cause;
  };
  expect([cause(2), cause(2.01)]).toEqual(["session-lost", "service"]);
});

test("one who is told too late as the other lets go had come when it had gone", () => {
  const cause = (told: number) => {
    const verdict = ofThree((tells) => {
      const c1 = tells.client("c1").acquire(0.1, told, { token: 41, until: 2.1 });
      tells.client("c2").acquire(0.2, 0.5, { token: 42, until: 4 }).read(0.6, 0.7).release(2.4, 2.5);
      c1.read(2.5, 2.55).write(2.6, 2.7).release(2.8, 2.9);
    });
    return first(verdict, "stale-write")?.cause;
  };
  expect(cause(2.4)).toBe("late-grant");
});

describe("a write that is applied", () => {
  test("as its holder lets go was under way when its hold was over", () => {
    const verdict = ofThree((tells) => {
      const c2 = tells.client("c2").acquire(0.5, 1, { token: 42, until: 3 });
      c2.read(1, 1.1, { applied: 1 }).release(1.5, 1.6);
      const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 });
      c1.write(0.8, 0.9, { applied: 1, open: true }).release(1, 1.1);
    });
    expect(first(verdict, "stale-write")).toMatchObject({ cause: "in-flight", expected: true });
  });
  test("as the next one is told, its lease over, does no harm", () => {
    const verdict = ofThree((tells) => {
      const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 });
      c1.write(2.9, 3.1, { applied: 3 }).release(3.5, 3.6, "not-held");
      tells.client("c2").acquire(0.5, 3, { token: 42, until: 5 }).release(4, 4.1);
    });
    expect(first(verdict, "overlap")).toMatchObject({ cause: "outlived-lease", severity: "note" });
  });
  test("as it is answered does not contradict its answer", () => {
    const { reasons } = ofThree((tells) => {
      const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 });
      c1.write(0.5, 0.6, { applied: 0.6 }).release(0.7, 0.8);
    });
    expect(reasons.filter((reason) => reason.includes("contradicts itself"))).toEqual([]);
  });
});

test("without tokens one who is told as the other's lease ends comes after it, and makes its writes stale", () => {
  const { counts } = ofThree((tells) => {
    const c1 = tells.client("c1").acquire(0.1, 0.2, { until: 2.1 });
    tells.client("c2").acquire(0.5, 2.1, { until: 5 }).read(2.2, 2.3).release(4, 4.1);
    c1.write(2.4, 2.5).release(3, 3.1, "not-held");
  });
  expect(counts["stale-write"]).toBe(1);
});

test("who asks as a hold ends has not waited for it", () => {
  const waited = (asked: number): boolean => {
    const { reasons } = ofThree((tells) => {
      tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 }).release(0.8, 0.9);
      tells.client("c2").denied(asked, 0.85, "held");
    });
    return !reasons.some((reason) => reason.includes("had to wait"));
  };
  expect([waited(0.79), waited(0.8)]).toEqual([true, false]);
});

test("a log that ends as a later version than its last is told of was cut off", () => {
  const tells = scenario();
  const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 });
  c1.write(0.4, 0.6, { applied: 0.5, open: true }).release(0.7, 0.8);
  const c2 = tells.client("c2").acquire(0.3, 0.9, { token: 42, until: 2.8 });
  c2.read(1, 1.1, { applied: 1.1 }).release(1.2, 1.3);
  const whole = tells.history();
  const events = whole.events.filter((event) => event.process !== "register" || event.f === "read");
  const { counts, reasons } = check({ ...whole, events });
  expect(counts).toEqual({});
  expect(reasons).toContainEqual(expect.stringMatching(/not whole \(it ends before version 1\)/));
});

test("what came before by a tie alone is not told of while the run goes on", () => {
  const told = (asked: number): number => {
    const tells = scenario();
    const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 42, until: 2.1 }).release(0.2, 0.2);
    c1.acquire(asked, 0.4, { token: 41, until: 2.3 });
    return certainViolations(tells.history()).length;
  };
  expect([told(0.3), told(0.2)]).toEqual([1, 0]);
});

describe("what is cited is what was seen first", () => {
  test("of tokens that were shown to a fence", () => {
    const tells = scenario({ fencing: "on" });
    const c2 = tells.client("c2").acquire(0.1, 0.2, { token: 42, until: 2 });
    c2.read(0.3, 0.4).read(0.5, 0.6).release(0.7, 0.8);
    const c1 = tells.client("c1").acquire(0.05, 0.9, { token: 41, until: 2 });
    c1.write(1, 1.1, { force: "ok" }).release(1.2, 1.3);
    const found = first(check(tells.history()), "fence-breach");
    expect(found?.explanation).toContain("had seen token 42 at 0.350 s");
  });
  test.each([
    ["by token", { c1: { token: 41 }, c2: { token: 42 } }],
    ["without tokens", { c1: {}, c2: {} }],
  ])("of what the later one did before a stale write, %s", (_, tokens) => {
    const verdict = ofThree((tells) => {
      const c1 = tells.client("c1").acquire(0.1, 0.2, { ...tokens.c1, until: 2.1 });
      const c2 = tells.client("c2").acquire(0.5, 3, { ...tokens.c2, until: 5 });
      c2.read(3.1, 3.2).write(3.3, 3.4).release(4.5, 4.6);
      c1.write(3.5, 3.6).release(4, 4.1, "not-held");
    });
    expect(first(verdict, "stale-write")?.explanation).toContain("had read at 3.150 s");
  });
  test("of those that were told one token, above another's", () => {
    const { findings } = ofThree((tells) => {
      tells.client("c1").acquire(0.1, 0.2, { token: 42, until: 2 }).release(0.3, 0.4);
      tells.client("c2").acquire(0.5, 0.6, { token: 42, until: 2.5 }).release(0.7, 0.8);
      tells.client("c3").acquire(0.9, 1, { token: 41, until: 2.9 }).release(1.1, 1.2);
    });
    const pairs = findings
      .filter(({ kind }) => kind === "token-order")
      .map(({ grants }) => grants?.map(({ client }) => client));
    expect(pairs).toEqual([
      ["c1", "c2"],
      ["c1", "c3"],
    ]);
  });
});

describe("a lower token that was told after a higher one had come and gone", () => {
  /** c2 is told 42 at 5.4 s and lets go; c1, which had asked at 5.1 s, is told 41 at 6 s. */
  const disorders = (also: (tells: Scenario) => void): number => {
    const verdict = ofThree((tells) => {
      also(tells);
      tells.client("c2").acquire(5.2, 5.4, { token: 42, until: 7.2 }).release(5.6, 5.7);
      tells.client("c1").acquire(5.1, 6, { token: 41, until: 7.1 }).release(6.5, 6.6);
    });
    return verdict.counts["token-order"] ?? 0;
  };
  const session = (from: number, by: number) => (tells: Scenario) =>
    tells.note({
      time: seconds(by),
      process: "nemesis",
      type: "ok",
      f: "session",
      fault: "f1",
      nodes: ["c1"],
      from: seconds(from),
      evidence: "ended",
    });
  test("is excused by a session that was ended as the higher one was told", () => {
    expect(disorders(session(5.4, 5.45))).toBe(0);
    expect(disorders(session(5.41, 5.45))).toBe(1);
  });
  test("is excused by one whose end was over as it was asked for", () => {
    expect(disorders(session(5, 5.1))).toBe(0);
    expect(disorders(session(5, 5.09))).toBe(1);
  });
  test("is excused by a stray release that was answered as it was asked for", () => {
    const stray = (answered: number) => (tells: Scenario) =>
      void tells.client("c3").acquire(0.1, 0.2, { token: 40, until: 2.2 }).release(4.5, answered);
    expect(disorders(stray(5.1))).toBe(0);
    expect(disorders(stray(5.09))).toBe(1);
  });
  test("is that once, where the other had the very same: it was given twice", () => {
    const verdict = ofThree((tells) => {
      tells.client("c2").acquire(5.2, 5.4, { token: 41, until: 7.2 }).release(5.6, 5.7);
      tells.client("c1").acquire(5.1, 6, { token: 41, until: 7.1 }).release(6.5, 6.6);
    });
    expect(verdict.counts["token-order"]).toBe(1);
  });
  test("is excused as before, where also another had the very same", () => {
    const found = disorders((tells) => {
      tells.client("c3").acquire(5.15, 5.2, { token: 41, until: 7.2 }).release(5.25, 5.26);
      session(5.3, 5.35)(tells);
    });
    // c3 has what c1 asked for before.
    expect(found).toBe(1);
  });
});

describe("a late release", () => {
  /** c1 lets go at 3 s what was c2's since 2.5 s; c3 is told at `told`, c4 at 3.2 s. */
  const causes = (told: number) =>
    ofThree(
      (tells) => {
        tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1);
        tells.client("c2").acquire(2.4, 2.5, { until: 4.4 }).release(3.6, 3.7, "not-held");
        tells.client("c3").acquire(2.6, told, { until: 4.6 }).release(3.05, 3.08);
        tells.client("c4").acquire(3.1, 3.2, { until: 5.1 }).release(4, 4.1);
      },
      { promises: { renewals: "none" } },
    ).causes;
  test("let nobody in who was told as it was asked for", () => {
    expect(causes(2.7)).toEqual({ "outlived-lease": 2, service: 1, "foreign-release": 1 });
    expect(causes(3)).toEqual({ "outlived-lease": 1, service: 1, "foreign-release": 1 });
  });
});
