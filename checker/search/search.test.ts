/**
 * The search against trying all orders, on histories of up to sixteen operations of which many have no answer. SEED=...
 * repeats a run, HISTORIES=... tries more of them.
 */
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/random.js";
import { DEFAULT_LIMITS } from "../check-model.js";
import { modelOf } from "../models/index.js";
import { partition } from "../partition.js";
import { isLinearizable } from "../testing/brute-force.js";
import { menus } from "../testing/menus.js";
import { drawHistory, told } from "../testing/small-histories.js";
import { tries } from "../testing/tries.js";
import { search } from "./search.js";
import type { Tuning } from "./tuning.js";

const HISTORIES = Number(process.env["HISTORIES"] ?? 1_000);
const FIRST = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
/** So little at a time that it goes back and widens in short histories, too. */
const NARROW: Tuning = { width: 1, wider: 2, distance: 2, farther: 2, stride: 2 };

describe.each(Object.keys(menus))("%s", (name) => {
  const model = modelOf(name === "semaphore" ? "semaphore:2" : name);
  // These are judged by search, the others mostly in ways of their own.
  const runs = tries(name.endsWith("register") ? 10 * HISTORIES : HISTORIES);

  test(`agrees with trying all orders on ${runs} histories`, () => {
    const seen = { valid: 0, violated: 0, unknown: 0 };
    for (let n = 0; n < runs; n += 1) {
      const seed = (FIRST + n) | 0;
      const random = createRandom(seed);
      const size = { operations: 16, clients: 5, lost: 30 + random.below(21) };
      const ops = drawHistory(model, menus[name]!(random), random, size);
      const [part] = partition(ops, model.operations).parts;
      if (part === undefined) continue;
      const expected = isLinearizable(part, model.specification, model.owned) ? "valid" : "violated";
      const { verdict } = search(part, model, DEFAULT_LIMITS, random.below(2) === 0 ? NARROW : undefined);
      seen[verdict] += 1;
      if (verdict !== expected)
        expect.unreachable(`seed ${seed}: ${verdict} instead of ${expected}\n${told(ops)}`);
    }
    expect(seen.unknown).toBe(0);
    expect(Math.min(seen.valid, seen.violated)).toBeGreaterThan(runs / 50);
  });
});
