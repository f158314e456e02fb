/** What the last reads must show, rule by rule: each of these is judged the other way if one rule is switched off. */
import { expect, test } from "vitest";
import type { ContextChanges } from "../testing/context.js";
import { isLastRead, judged, twoUpdates, type Forge } from "../testing/forged.js";
import type { Scenario } from "../testing/scenario.js";
import type { Finding } from "../types.js";

/** What is said of the answers of a scenario, once they are told otherwise. */
function said(
  changes: ContextChanges,
  {
    tell = twoUpdates,
    forge = {},
    write,
  }: { readonly tell?: (tells: Scenario) => void; readonly forge?: object; readonly write?: number } = {},
): readonly string[] {
  let forged = false;
  const forgeOnce: Forge = (event) => {
    if (write !== undefined && "client" in event && event.process !== "register" && event.f === "write")
      return { ...event, value: write };
    if (forged || !isLastRead(event)) return event;
    forged = true;
    return { ...event, ...forge };
  };
  const isOf = ({ kind }: Finding): boolean => kind === "nonlinearizable";
  return judged(tell, changes, forgeOnce)
    .findings.filter(isOf)
    .map(({ explanation }) => explanation);
}

test("as they are they fit", () => {
  expect(said({})).toEqual([]);
  for (const workload of ["counter", "leader"]) expect(said({ workload })).toEqual([]);
});

test("a set is one, with the elements that were written, in their order", () => {
  expect(said({}, { forge: { value: null } })).toEqual([expect.stringMatching(/it shows no set/)]);
  expect(said({}, { forge: { value: ["1-1"] } })).toEqual([expect.stringMatching(/it shows 1 elements/)]);
  expect(said({}, { forge: { value: ["0-1", "another"] } })).toEqual([expect.stringMatching(/2 elements/)]);
});

test("a leader's number is counted like any other", () => {
  expect(said({ workload: "leader" }, { forge: { value: 3 } })).toEqual([
    expect.stringMatching(/it shows 3, and 2 writes led to it/),
  ]);
});

test("what a workload of one's own shows only its own checker knows", () => {
  expect(said({ workload: "mine" }, { forge: { value: "anything" } })).toEqual([]);
});

test("a sum is made of what each write adds, or of as much for each", () => {
  const changes = (by: number | "element"): ContextChanges => ({ workload: "bank", sum: { initial: 5, by } });
  // The last reads of such a workload show how many there are: 2.
  expect(said({ ...changes(1), sum: { initial: 0, by: 1 } })).toEqual([]);
  expect(said(changes(1), { forge: { value: 8 } })).toContainEqual(
    expect.stringMatching(/shows 8, .* makes 7/),
  );
  expect(said(changes("element"), { write: 3 })).toContainEqual(
    expect.stringMatching(/shows 2, .* makes 11/),
  );
});

test("an older version than stood there before they were asked for is wrong, and a later one too", () => {
  expect(said({}, { forge: { version: 1, value: ["0-1"] } })).toContainEqual(
    expect.stringMatching(/it shows version 1 instead of 2/),
  );
  const early = (tells: Scenario): void => {
    tells.client("c3").read(0.05, 0.06, { final: true });
    twoUpdates(tells);
  };
  expect(said({}, { tell: early })).toEqual([]);
  expect(said({}, { tell: early, forge: { version: 1, value: ["0-1"] } })).toContainEqual(
    expect.stringMatching(/it shows version 1 instead of 0/),
  );
});

test("what is written at the very instant at which it is asked for, or answered, may be in it or not", () => {
  const old = { version: 1, value: ["0-1"] };
  const both = { version: 2, value: ["0-1", "1-2"] };
  // The second write is applied at 1.35 s.
  const reading =
    (from: number, to: number) =>
    (tells: Scenario): void => {
      twoUpdates(tells);
      tells.client("c3").read(from, to, { final: true });
    };
  for (const forge of [old, both]) {
    expect(said({}, { tell: reading(1.35, 1.36), forge })).toEqual([]);
    expect(said({}, { tell: reading(1.34, 1.35), forge })).toEqual([]);
  }
  expect(said({}, { tell: reading(1.351, 1.36), forge: old })).not.toEqual([]);
  expect(said({}, { tell: reading(1.34, 1.349), forge: both })).not.toEqual([]);
});

test("one that was not answered, and a last acquire, show nothing", () => {
  const tell = (tells: Scenario): void => {
    twoUpdates(tells);
    tells.client("c3", 8).read(3, 3.1, { final: true, open: true });
    tells.client("c3", 9).acquire(3.2, 3.3, { token: 43, until: 5, final: true }).release(3.4, 3.5);
  };
  expect(said({}, { tell })).toEqual([]);
});
