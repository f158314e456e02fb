/** What is told while a run goes on is in its verdict, wherever the records had been read up to. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isClientEvent, type HistoryEvent } from "../src/history/event.js";
import { mergeEvents } from "../src/history/merge.js";
import type { History } from "../src/history/history.js";
import { check } from "./index.js";
import { certainViolations, nameOf } from "./live.js";
import { scenario } from "./testing/scenario.js";
import { simulate } from "./testing/simulate.js";
import { tries } from "./testing/tries.js";
import { historyOf, world } from "./testing/worlds.js";

const speaker = (event: HistoryEvent): string => {
  if (isClientEvent(event)) return event.client;
  return event.process === "register" ? "register" : "tester";
};

/** Of each who records a first part: of the clients no less than of the tester. */
function readSoFar(history: History, cuts: readonly number[]): History {
  const { events } = history;
  const speakers = [...new Set(events.map(speaker))];
  const last = events.at(-1)?.time ?? 0;
  const share = (n: number): number => (cuts[n % cuts.length] ?? 0) / 100;
  const tester = share(0) * last;
  const until = (name: string, n: number): number => {
    if (name === "tester") return tester;
    return name === "register" ? share(n) * last : tester + share(n) * (last - tester);
  };
  const lists = speakers.map((name, n) =>
    events.filter((event) => speaker(event) === name && (event.time <= until(name, n) || event.time === 0)),
  );
  return { ...history, events: mergeEvents(lists) };
}

const cuts = fc.array(fc.nat(100), { minLength: 5, maxLength: 5 });

function stands(history: History, at: readonly number[]): number {
  const final = new Set(
    check(history)
      .findings.filter(({ severity }) => severity === "violation")
      .map(nameOf),
  );
  const told = certainViolations(readSoFar(history, at)).map(nameOf);
  expect(told.filter((name) => !final.has(name))).toEqual([]);
  return told.length;
}

test("in random histories", () => {
  let told = 0;
  fc.assert(
    fc.property(world, cuts, (drawn, at) => {
      // A client that was killed says no more; in these histories it would.
      const faults = drawn.faults.filter(({ name }) => name !== "kill");
      // Which faults there may be is said at the beginning.
      const changes = { ...drawn.changes, nemeses: faults.map(({ name }) => name) };
      told += stands(historyOf({ ...drawn, changes, faults }), at);
    }),
    { numRuns: tries(1_500) },
  );
  expect(told).toBeGreaterThan(tries(2_000) / 20);
});

test("one token for two is told at once, also where both were asked for before either was told", () => {
  const tells = scenario();
  tells.client("c1").acquire(0.1, 0.3, { token: 41, until: 2.1 });
  tells.client("c2").acquire(0.2, 0.4, { token: 41, until: 2.2 });
  expect(certainViolations(tells.history()).map(nameOf)).toEqual(["token-order lock-1 41"]);
});

test("where clients freeze, harm is told before the end", () => {
  let told = 0;
  for (let seed = 0; seed < tries(60); seed += 1) {
    const changes = { discipline: "trusting", nemeses: ["pause"] } as const;
    const history = simulate({ changes, clients: 3, rounds: 5, freeze: 6, slowWrites: 0.1, seed });
    for (const share of [20, 40, 60, 80]) told += stands(history, [share, 90, 50, 100, 70]);
  }
  expect(told).toBeGreaterThan(10);
});
