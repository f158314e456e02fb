/** When a lower token that was told after a higher one had come and gone is a broken word, and what excuses it. */
import { describe, expect, test } from "vitest";
import { isClientEvent, nanos } from "../src/history/event.js";
import { check } from "./index.js";
import { seconds } from "./testing/actor.js";
import type { ContextChanges } from "./testing/context.js";
import { scenario, type Scenario } from "./testing/scenario.js";

/** c2 is told 42, holds and lets go; then c1, which had asked at the same time, is told 41. `also`: what else happens. */
function disorders(also: (tells: Scenario) => void, changes: ContextChanges = {}, session?: string): number {
  const tells = scenario({ clients: ["c1", "c2", "c3"], ...changes });
  also(tells);
  tells.client("c2").acquire(5.2, 5.4, { token: 42, until: 7.2 }).release(5.6, 5.7);
  const c1 = tells.client("c1");
  c1.acquire(5.1, 6, { token: 41, until: 7.1, ...(session && { session }) }).release(6.5, 6.6);
  tells.end(8);
  return check(tells.history()).counts["token-order"] ?? 0;
}

test("the service granted the lock twice, or its tokens are out of order", () => {
  expect(disorders(() => {})).toBe(1);
});
test("nothing is said of a recipe that excludes nobody", () =>
  expect(disorders(() => {}, { promises: { exclusion: "none" } })).toBe(0));

describe("a fault excuses it", () => {
  const under = (name: string, node: string, from: number): number =>
    disorders((tells) => tells.fault(name, [node], from, from + 0.01));
  test("that ended its session before the other was told", () => expect(under("session", "c1", 5.3)).toBe(0));
  test("not if it ended another's", () => expect(under("session", "c3", 5.3)).toBe(1));
  test("not if that was before it asked", () => expect(under("session", "c1", 5)).toBe(1));
  test("not if that was when the other held", () => expect(under("session", "c1", 5.5)).toBe(1));
  const unconfirmed = (client: string): number =>
    disorders((tells) =>
      tells.note({
        time: nanos(4e9),
        process: "nemesis",
        type: "info",
        f: "session",
        fault: "f1",
        nodes: [client],
        from: nanos(3e9),
        error: "no answer",
      }),
    );
  test("also one that nobody answered before it asked: it may have ended its session since", () =>
    expect(unconfirmed("c1")).toBe(0));
  test("not if that was to end another's", () => expect(unconfirmed("c3")).toBe(1));
  /** A session of c1's is ended, which is s1. */
  const ofSession = (session: string): number =>
    disorders(
      (tells) => {
        const ended = { f: "session", fault: "f1", nodes: ["c1"], session, from: seconds(5.3) } as const;
        tells.note({ ...ended, time: seconds(5.35), process: "nemesis", type: "ok", evidence: "ended" });
      },
      {},
      "s1",
    );
  test("not if it ended another session of its own", () => {
    expect(ofSession("s1")).toBe(0);
    expect(ofSession("s2")).toBe(1);
  });
  test("not if it ended no session", () => expect(under("late-reply", "c1", 5.3)).toBe(1));
});

describe("a release without a look, by one whose lease was over, excuses it", () => {
  const freed = (
    from: number,
    to: number | null,
    { error, until = 2.2 }: { error?: string; until?: number } = {},
  ) =>
    disorders((tells) => {
      tells.client("c3").acquire(0.1, 0.2, { token: 40, until }).release(from, to, error);
    });
  test("for it may have freed what was the first one's", () => expect(freed(5.3, 5.35)).toBe(0));
  test("also one of which nothing was heard any more", () => expect(freed(4.5, null)).toBe(0));
  test("also one whose answer was given up, for it may have come later", () =>
    expect(freed(4.5, 4.6, { error: "no answer" })).toBe(0));
  test("not if it freed nothing", () => expect(freed(5.3, 5.35, { error: "not-held" })).toBe(1));
  test("not if it was over before", () => expect(freed(4.5, 4.6)).toBe(1));
  test("not if it was its own", () => expect(freed(5.15, 5.18, { until: 9 })).toBe(1));
  test("also if it was its own, where releases of the run do not look: that may have been freed before", () => {
    const found = disorders((tells) => {
      tells.client("c4").acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1);
      tells.client("c5").acquire(2.4, 2.5, { until: 4.4 }).release(4, 4.1);
      tells.client("c6").acquire(3.1, 3.2, { until: 5.1 }).release(3.6, 3.7);
      tells.client("c3").acquire(4.5, 4.6, { token: 40, until: 9 }).release(5.15, 5.18);
    });
    expect(found).toBe(0);
  });
});

describe("of two that were told at one instant nobody knows which was first, so neither came and went before", () => {
  const at = (told: number): number => {
    const tells = scenario();
    // Never heard of again.
    tells.client("c2").acquire(5.2, told, { token: 42, until: 8 });
    tells.client("c1").acquire(5.1, 6, { token: 41, until: 7.1 }).release(6.5, 6.6);
    return check(tells.history()).counts["token-order"] ?? 0;
  };
  test("told just before", () => expect(at(5.999)).toBe(1));
  test("told just then", () => expect(at(6)).toBe(0));
});

test("of several that came and went the one with the highest token is named", () => {
  const tells = scenario();
  tells.client("c2").acquire(5.2, 5.3, { token: 42, until: 7.2 }).release(5.4, 5.45);
  tells.client("c3").acquire(5.25, 5.5, { token: 43, until: 7.2 }).release(5.6, 5.7);
  tells.client("c1").acquire(5.1, 6, { token: 41, until: 7.1 }).release(6.5, 6.6);
  tells.end(8);
  const { findings } = check(tells.history());
  const [found, ...others] = findings.filter(({ kind }) => kind === "token-order");
  expect(others).toEqual([]);
  expect(found?.grants?.map(({ client }) => client)).toEqual(["c3", "c1"]);
});

describe("cites what shows it", () => {
  const cited = (tell: (tells: Scenario) => void): readonly string[] => {
    const tells = scenario();
    tell(tells);
    tells.end(8);
    const history = tells.history();
    const found = check(history).findings.find(({ kind }) => kind === "token-order");
    return (found?.ops ?? []).flatMap((index) => {
      const event = history.events[index];
      return event && isClientEvent(event) ? [`${event.client} ${event.f} ${event.type}`] : [];
    });
  };
  test("both acquires, where one was asked for afterwards", () => {
    const found = cited((tells) => {
      tells.client("c2").acquire(0.1, 0.2, { token: 42, until: 2 }).release(0.3, 0.4);
      tells.client("c1").acquire(0.5, 0.6, { token: 41, until: 2.5 }).release(0.7, 0.8);
    });
    expect(found).toEqual(["c2 acquire ok", "c1 acquire invoke", "c1 acquire ok"]);
  });
  test("also that one had let go, where the other held afterwards", () => {
    const found = cited((tells) => {
      tells.client("c2").acquire(0.1, 0.3, { token: 42, until: 2 }).release(0.4, 0.5);
      tells.client("c1").acquire(0.2, 0.6, { token: 41, until: 2.1 }).release(0.7, 0.8);
    });
    expect(found).toEqual(["c1 acquire invoke", "c2 acquire ok", "c2 release invoke", "c1 acquire ok"]);
  });
});

test("a higher one that was told and gone, among lower ones that were too", () => {
  const found = disorders((tells) => {
    tells.client("c3").acquire(5.25, 5.3, { token: 40, until: 7.2 }).release(5.32, 5.35);
  });
  expect(found).toBe(1);
});

test("whoever else held on meanwhile", () => {
  const found = disorders((tells) => {
    tells.client("c3").acquire(5.25, 5.3, { token: 40, until: 7.2 }).release(6.3, 6.4);
  });
  expect(found).toBe(1);
});

test("of tokens that rise nothing is said, whoever came and went", () => {
  const tells = scenario();
  tells.client("c2").acquire(5.2, 5.4, { token: 41, until: 7.2 }).release(5.6, 5.7);
  tells.client("c1").acquire(5.1, 6, { token: 42, until: 7.1 }).release(6.5, 6.6);
  tells.end(8);
  expect(check(tells.history()).counts["token-order"]).toBeUndefined();
});
