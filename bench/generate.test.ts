import { describe, expect, test } from "vitest";
import { checkModel, columnsOf, modelOf, type OpEvent } from "../checker/index.js";
import { generate, type Generated } from "./generate.js";

function eventsOf(shape: Generated): readonly OpEvent[] {
  const events: OpEvent[] = [];
  generate(shape, (process, type, f, value) => events.push({ process, type, f, value }));
  return events;
}

const MODELS = ["owner-mutex", "register", "cas-register"] as const;

describe.each(MODELS)("%s", (model) => {
  test.each([0, 10, 50])(
    "is violated where that is asked for, and only there, with %i per mille open",
    (infoPerMille) => {
      for (const violating of [false, true])
        for (let seed = 1; seed <= 5; seed += 1) {
          const events = eventsOf({ model, ops: 1_000, clients: 10, infoPerMille, violating, seed });
          const { verdict } = checkModel(columnsOf(events), modelOf(model));
          expect(`seed ${seed}: ${verdict}`).toBe(`seed ${seed}: ${violating ? "violated" : "valid"}`);
        }
    },
  );
});

test("of few values, what is read wrongly is one that nobody can have put there", () => {
  const events = eventsOf({
    model: "cas-register",
    ops: 1_000,
    clients: 10,
    infoPerMille: 10,
    violating: true,
    seed: 1,
  });
  const wrong = events.findLastIndex(({ f, type, value }) => f === "read" && type === "ok" && value === null);
  expect(wrong).toBeGreaterThan(events.length * 0.9);
  const asked = events.findLastIndex(
    ({ process, type }, at) => at < wrong && type === "invoke" && process === events[wrong]?.process,
  );
  expect(events.slice(0, asked).some(({ f, type }) => f === "write" && type === "ok")).toBe(true);
  expect(events.some(({ f, value }) => f === "write" && value === null)).toBe(false);
  // It is this answer alone.
  const others = events.filter((_, at) => at !== wrong && at !== asked);
  expect(checkModel(columnsOf(others), modelOf("cas-register")).verdict).toBe("valid");
});
