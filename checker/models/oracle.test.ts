/**
 * Every model against trying all orders of its specification, on small random histories: with answers that never came,
 * failures, what is still under way at the end, and answers that were made up. SEED=... repeats a run.
 */
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/random.js";
import { DEFAULT_LIMITS } from "../check-model.js";
import { partition } from "../partition.js";
import { isLinearizable } from "../testing/brute-force.js";
import { menus } from "../testing/menus.js";
import { drawHistory, told } from "../testing/small-histories.js";
import { tries } from "../testing/tries.js";
import { modelOf, models } from "./index.js";

const HISTORIES = 100_000;
const FIRST = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);

/** Models with a parameter, for the parameters that small histories tell apart. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  semaphore: ["semaphore:1", "semaphore:2", "semaphore:3"],
};
const named = Object.keys(menus).flatMap((name) => PARAMETERS[name] ?? [name]);

test("every model has histories", () => {
  expect(models.map(({ name }) => name).filter((name) => !(name in menus))).toEqual([]);
});

describe.each(named)("%s", (name) => {
  const model = modelOf(name);
  const menu = menus[name.replace(/:.*/, "")];
  const runs = tries(name.includes(":") ? Math.ceil(HISTORIES / 3) : HISTORIES);

  test(`agrees with trying all orders on ${runs} histories`, () => {
    const seen = { valid: 0, violated: 0, unknown: 0 };
    for (let n = 0; n < runs; n += 1) {
      const seed = (FIRST + n) | 0;
      const random = createRandom(seed);
      if (menu === undefined) return expect.unreachable();
      const ops = drawHistory(model, menu(random), random);
      const [part] = partition(ops, model.operations).parts;
      if (part === undefined) continue;
      const expected = isLinearizable(part, model.specification, model.owned) ? "valid" : "violated";
      const judgement = model.judge(part, DEFAULT_LIMITS);
      seen[judgement.verdict] += 1;
      if (judgement.verdict !== expected)
        expect.unreachable(`seed ${seed}: ${judgement.verdict} instead of ${expected}\n${told(ops)}`);
    }
    // Else nothing was put to the test.
    expect(seen.unknown).toBe(0);
    expect(Math.min(seen.valid, seen.violated)).toBeGreaterThan(runs / 50);
  });
});
