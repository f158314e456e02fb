/** What does not make up for a run that was too weak, and what does, rule by rule. */
import { describe, expect, test } from "vitest";
import { isClientEvent, nanos, type HistoryEvent } from "../src/history/event.js";
import { check } from "./index.js";
import type { ContextChanges } from "./testing/context.js";
import { isLastRead, judged, twoUpdates } from "./testing/forged.js";
import { scenario, type Scenario } from "./testing/scenario.js";

const reasons = (...told: Parameters<typeof judged>): readonly string[] => judged(...told).reasons;
const among = (all: readonly string[], text: string): boolean => all.some((reason) => reason.includes(text));

describe("whether anybody had to wait", () => {
  /** c1 holds from 0.2 to 0.8; nobody else asks meanwhile, but for what `also` does. */
  const waited = (
    also: (tells: Scenario) => void,
    forge?: (event: HistoryEvent) => HistoryEvent,
  ): boolean => {
    const tell = (tells: Scenario): void => {
      tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.2 }).release(0.8, 0.9);
      tells.client("c2", 1).acquire(1, 1.1, { token: 42, until: 3 }).release(1.2, 1.3);
      also(tells);
    };
    return !among(reasons(tell, { locks: ["lock-1", "lock-2"] }, forge), "had to wait");
  };
  test("nobody had", () => expect(waited(() => {})).toBe(false));
  test.each(["held", "timeout", "cancelled"])("one who was refused (%s) had", (error) => {
    expect(waited((tells) => void tells.client("c3").denied(0.3, 0.7, error))).toBe(true);
  });
  test("of one whose answer is open nobody knows", () => {
    expect(waited((tells) => void tells.client("c3").denied(0.3, 0.7, "timeout", { type: "info" }))).toBe(
      false,
    );
  });
  test("one who only looked for orphans is none of the workload's", () => {
    expect(waited((tells) => void tells.client("c3").denied(0.3, 0.7, "held", { final: true }))).toBe(false);
  });
  test("one whose write was given up for certain had not asked for the lock", () => {
    const given = (event: HistoryEvent): HistoryEvent =>
      isClientEvent(event) && event.f === "write" && event.type === "fail"
        ? { ...event, error: "cancelled" }
        : event;
    const also = (tells: Scenario): void => void tells.client("c3").write(0.3, 0.7, { force: "fail" });
    expect(waited(also, given)).toBe(false);
  });
  test("one who was refused another lock had not waited for this one", () => {
    const elsewhere = (event: HistoryEvent): HistoryEvent =>
      "client" in event && event.client === "c3" && "lock" in event ? { ...event, lock: "lock-2" } : event;
    expect(waited((tells) => void tells.client("c3").denied(0.3, 0.7, "held"), elsewhere)).toBe(false);
  });
});

describe("who learns that the lock is lost", () => {
  /** c1 holds a lease of a second from 0.2 to 0.8, and hears at `at` that it is lost. */
  const challenged = (at: number, faultTo = 0.4, promises: ContextChanges["promises"] = {}): boolean => {
    const tell = (tells: Scenario): void => {
      tells.fault("slow", ["c1"], 0.3, faultTo);
      tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.2 }).release(0.8, 0.9);
      tells.note({
        time: nanos(at * 1e9),
        process: 0,
        client: "c1",
        type: "info",
        f: "lost",
        lock: "lock-1",
        grant: "0.1",
        error: "the lease is gone",
      } as HistoryEvent);
      tells.client("c2").acquire(0.3, 1.1, { token: 42, until: 3 }).release(1.2, 1.3);
    };
    const changes = { nemeses: ["slow"], ttlMs: 1_000, promises };
    return !among(reasons(tell, changes), "no grant was challenged");
  };
  test("was put to the test", () => expect(challenged(0.6)).toBe(true));
  test("once it had given it back was not", () => expect(challenged(1)).toBe(false));
  test("at the end of a lease that is never renewed was not, for so each of them ends", () => {
    expect(challenged(0.6, 0.4, { renewals: "none" })).toBe(false);
  });
  test("of a lease that is never renewed was, where a fault kept it for that long", () => {
    expect(challenged(0.6, 1.3, { renewals: "none" })).toBe(true);
  });
  test("that its connection ended was, though nothing is renewed there", () => {
    expect(challenged(0.6, 0.4, { renewals: "none", lease: "connection" })).toBe(true);
  });
});

describe("a count that has a goal", () => {
  const sum = { initial: 0, by: 1, goal: 3 } as const;
  const short = (changes: { readonly goal?: number }, locks = ["lock-1"]): readonly string[] =>
    reasons(twoUpdates, { workload: "counter", sum: { ...sum, ...changes }, locks }).filter((reason) =>
      reason.includes("not yet at"),
    );
  test("and is not there yet shows nothing", () => expect(short({})).toHaveLength(1));
  test("and is there shows it", () => expect(short({ goal: 2 })).toEqual([]));
  test("is told of its own lock alone", () => {
    expect(short({}, ["lock-1", "lock-2"])).toEqual([expect.stringContaining("lock-1 stands at 2")]);
  });
  test("is short of it though somebody took the lock after it was read", () => {
    const tell = (tells: Scenario): void => {
      twoUpdates(tells);
      tells.client("c3", 8).acquire(5.5, 5.6, { token: 43, until: 8, final: true }).release(5.7, 5.8);
    };
    expect(among(reasons(tell, { workload: "counter", sum }), "not yet at")).toBe(true);
  });
  test("of which a last read says nothing is not known to be short of it", () => {
    const told = (value: unknown): readonly string[] => {
      const tells = scenario({ workload: "counter", sum });
      twoUpdates(tells);
      tells.end(4);
      const history = tells.history();
      // Without the register's log, which would contradict such a read.
      const events = history.events
        .filter(({ process }) => process !== "register")
        .map((event) => (isLastRead(event) ? ({ ...event, value } as HistoryEvent) : event));
      return check({ ...history, events }).reasons;
    };
    expect(among(told(2), "not yet at")).toBe(true);
    expect(among(told(null), "not yet at")).toBe(false);
  });
});

describe("the register's clock", () => {
  const apart = (tell: (tells: Scenario) => void): boolean => among(reasons(tell), "contradicts itself");
  test("is not apart where a write whose answer was given up came later", () => {
    const found = apart((tells) => {
      const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2 }).read(0.3, 0.4);
      c1.write(0.5, 0.6, { applied: 0.9, open: true }).release(1, 1.1);
    });
    expect(found).toBe(false);
  });
});

test("where nothing was written no log of the register is missing", () => {
  const tells = scenario();
  tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2 }).read(0.3, 0.4).release(0.7, 0.8);
  tells.end(4);
  const history = tells.history();
  const events = history.events.filter(({ process }) => process !== "register");
  expect(among(check({ ...history, events }).reasons, "is missing: what was lost")).toBe(false);
});

test.each([
  ["c1", {}, /hold the lock for longer than its lease/],
  ["n1", {}, /; take --target holder/],
  ["c1", { lease: "connection" }, /; end its connection \(--nemesis session\)/],
] as const)(
  "what would challenge a grant, when %s was paused for too short a time: %j",
  (hit, promises, change) => {
    const tell = (tells: Scenario): void => {
      tells.fault("pause", [hit], 0.3, 0.5);
      tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.2 }).release(0.8, 0.9);
      tells.client("c2", 1).acquire(0.4, 1, { token: 42, until: 3 }).release(1.2, 1.3);
    };
    const told = reasons(tell, { nemeses: ["pause"], promises });
    expect(told).toEqual([expect.stringMatching(/^no grant was challenged/)]);
    expect(told[0]).toMatch(change);
  },
);
