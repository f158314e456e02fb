/** Where no lock is needed, and where numbers must add up. */
import { describe, expect, test } from "vitest";
import type { History } from "../src/history/history.js";
import { check } from "./index.js";
import type { ContextChanges } from "./testing/context.js";
import { scenario } from "./testing/scenario.js";

describe("a resource that looks after itself", () => {
  const resource: ContextChanges = {
    promises: { exclusion: "resource", lease: "none", renewals: "none", token: null },
    freedWithinMs: 0,
  };
  /** Two at once; the second to write had not seen the first's. */
  function together(second: "ok" | "fail"): History {
    const tells = scenario(resource);
    tells
      .client("c1")
      .acquire(0.1, 0.2)
      .read(0.3, 0.31)
      .write(0.8, 0.81, { force: second })
      .release(0.9, 0.91);
    tells.client("c2").acquire(0.15, 0.25).read(0.32, 0.33).write(0.5, 0.51).release(0.6, 0.61);
    tells.end(4);
    return tells.history();
  }

  test("is valid where it refused what it had to", () => {
    const { verdict, reasons, counts, notes } = check(together("fail"));
    expect(verdict).toBe("valid");
    expect(reasons).toEqual(["no fault was asked for: every update is there"]);
    expect({ counts, notes }).toEqual({ counts: {}, notes: {} });
  });

  test("is to blame itself for what it lost", () => {
    const { verdict, counts, causes, findings } = check(together("ok"));
    expect(verdict).toBe("violated");
    expect({ counts, causes }).toEqual({ counts: { "lost-update": 1 }, causes: {} });
    expect(findings[0]?.expected).toBe(false);
    expect(findings[0]?.explanation).toMatch(/it must not have accepted both\.$/);
  });
});

test.each([
  [2, "valid", /every update is there/],
  [3, "unknown", /^the count of lock-1 stands at 2 and not yet at 3: take a longer --duration$/],
  [1, "violated", /^1 sum that does not add up$/],
] as const)("a count of two whose goal is %i is %s", (goal, verdict, reason) => {
  const tells = scenario({ workload: "counter", sum: { initial: 0, by: 1, goal } });
  tells
    .client("c1")
    .acquire(0.1, 0.2, { token: 41, until: 2 })
    .read(0.3, 0.31)
    .write(0.4, 0.41)
    .release(0.5, 0.51);
  tells
    .client("c2")
    .acquire(0.15, 0.6, { token: 42, until: 2 })
    .read(0.7, 0.71)
    .write(0.8, 0.81)
    .release(0.9, 0.91);
  tells.end(4);
  const judged = check(tells.history());
  expect(judged.verdict).toBe(verdict);
  expect(judged.reasons).toEqual([expect.stringMatching(reason)]);
});
