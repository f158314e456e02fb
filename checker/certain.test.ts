/** What counts as a violation while a run goes on, rule by rule; that the verdict has all of it is told by `live.test.ts`. */
import { describe, expect, test } from "vitest";
import { certainViolations, nameOf } from "./live.js";
import type { ContextChanges } from "./testing/context.js";
import { scenario, type Scenario } from "./testing/scenario.js";
import type { Finding } from "./types.js";

function told(changes: ContextChanges, tell: (tells: Scenario) => void): readonly Finding["kind"][] {
  const tells = scenario(changes);
  tell(tells);
  return certainViolations(tells.history()).map(({ kind }) => kind);
}

/** Both rightly hold for a while, and nobody comes to harm. */
const twoCores = (tells: Scenario): void => {
  tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 5 }).release(4, 4.1);
  tells.client("c2").acquire(0.5, 3, { token: 42, until: 5 }).release(4.5, 4.6);
};

describe("two who rightly held", () => {
  test.each<[readonly string[], ContextChanges]>([
    [["overlap"], {}],
    [["overlap"], { nemeses: ["pause"] }],
    [[], { nemeses: ["session"] }],
    [[], { nemeses: ["pause", "all"] }],
    [[], { promises: { lease: "connection" } }],
    [[], { fencing: "on" }],
  ])("%j under %j: a session may have been ended", (kinds, changes) => {
    expect(told(changes, twoCores)).toEqual(kinds);
  });
  test("not where a session was to be ended", () => {
    const under = (name: string): readonly string[] =>
      told({}, (tells) => {
        tells.fault(name, ["c3"], 1, 1.1);
        twoCores(tells);
      });
    expect([under("session"), under("pause")]).toEqual([[], ["overlap"]]);
  });
  test("not if they were told at one instant: either may be the first", () => {
    const atOnce = told({}, (tells) => {
      tells.client("c1").acquire(0.1, 0.5, { token: 41, until: 5 }).release(4, 4.1);
      tells.client("c2").acquire(0.2, 0.5, { token: 42, until: 5 }).release(4.5, 4.6);
    });
    expect(atOnce).toEqual([]);
  });
});

test("an overlap after a lease that was outlived, without harm, may turn out to be none", () => {
  const outlived = (tells: Scenario): void => {
    tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(4, 4.1, "not-held");
    tells.client("c2").acquire(0.5, 3, { until: 5 }).release(4.5, 4.6);
  };
  expect(told({}, outlived)).toEqual([]);
  expect(told({ promises: { exclusion: "none" } }, outlived)).toEqual(["overlap"]);
});

describe("tokens", () => {
  const asked = (second: number, from: number) => (tells: Scenario) => {
    tells.client("c1").acquire(0.1, 0.2, { token: 42, until: 2 }).release(0.4, 0.5);
    tells.client("c2").acquire(from, 0.8, { token: second, until: 2.6 }).release(0.9, 1);
  };
  test("that repeat", () => expect(told({}, asked(42, 0.6))).toEqual(["token-order"]));
  test("that fall", () => expect(told({}, asked(41, 0.6))).toEqual(["token-order"]));
  test("not if they were under way at once: what came between may not be known yet", () => {
    expect(told({}, asked(41, 0.15))).toEqual([]);
  });
  test("not if the one was asked for at the instant at which the other was told", () => {
    expect(told({}, asked(41, 0.2))).toEqual([]);
  });
});

describe("the name of a trouble", () => {
  const of = (more: object): string => nameOf({ kind: "overlap", lock: "l", time: 7, ...more } as Finding);
  const pair = (one: string, other: string) => [
    { grant: one, token: "41" },
    { grant: other, token: "42" },
  ];
  test("is who was in it, in any order", () => {
    expect(of({ grants: pair("0.1", "1.1") })).toBe(of({ grants: pair("1.1", "0.1") }));
    expect(of({ grants: pair("0.1", "1.1") })).not.toBe(of({ grants: pair("0.1", "2.1") }));
  });
  test("is when it was, where nobody is named", () => {
    expect(of({})).not.toBe(of({ time: 8 }));
    expect(of({ grants: pair("0.1", "1.1") })).toBe(of({ grants: pair("0.1", "1.1"), time: 8 }));
  });
  test("is the token, where tokens are out of order", () => {
    const kind = "token-order";
    expect(of({ kind, grants: pair("0.1", "1.1") })).toBe(of({ kind, grants: pair("2.1", "3.1") }));
  });
});
