/** Findings name events by their places: a history has them before it is judged. */
import { expect, test } from "vitest";
import { placed } from "./placed.js";
import { scenario } from "./testing/scenario.js";

const tells = scenario();
tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 }).release(0.3, 0.4);
tells.end(1);
const history = tells.history();

test("a history that has its places is judged as it is: there may be millions, which are not copied", () => {
  expect(placed(history)).toBe(history);
});

test.each([
  ["no places", undefined],
  ["places of another history", 7],
])("one with %s is given them", (_, index) => {
  const events = history.events.map((event) => ({ ...event, index }) as (typeof history.events)[number]);
  expect(placed({ ...history, events })).toEqual(history);
});
