import { expect, test } from "vitest";
import { createRandom } from "../../src/random.js";
import { partition } from "../partition.js";
import { menus } from "../testing/menus.js";
import { drawHistory, told } from "../testing/small-histories.js";
import { tries } from "../testing/tries.js";
import { ownerMutex } from "./owner-mutex.js";
import { mutexMarksOf } from "./mutex-marks.js";
import { firstTooMany, judgeHolds, MUTEX } from "./sweep.js";

test("the table says of a mutex what the rules of all locks say", () => {
  const seen = { valid: 0, violated: 0, left: 0, only: 0 };
  for (let seed = 0; seed < tries(30_000); seed += 1) {
    const random = createRandom(seed);
    const ops = drawHistory(ownerMutex, menus["owner-mutex"]!(random), random);
    const [part] = partition(ops, ownerMutex.operations).parts;
    if (part === undefined) continue;
    const expected = judgeHolds(part, { ...MUTEX, plain: false });
    const judged = judgeHolds(part, MUTEX);
    seen[judged === null ? "left" : judged.verdict === "valid" ? "valid" : "violated"] += 1;
    // Granted what it held: the table stops there, and need not know what comes after.
    if (expected === null && judged?.verdict === "violated") seen.only += 1;
    else if (judged?.verdict !== "violated" || expected?.verdict !== "violated")
      expect(judged, told(ops)).toEqual(expected);
  }
  expect(Math.min(seen.valid, seen.violated, seen.left)).toBeGreaterThan(tries(1_000));
  expect(seen.only).toBeLessThan(seen.violated / 4);
});

test("what is found while marking is what the sweep finds", () => {
  const seen = { none: 0, some: 0, left: 0 };
  for (let seed = 0; seed < tries(30_000); seed += 1) {
    const random = createRandom(seed);
    const ops = drawHistory(ownerMutex, menus["owner-mutex"]!(random), random);
    const [part] = partition(ops, ownerMutex.operations).parts;
    const marked = part === undefined ? null : mutexMarksOf(part);
    if (part === undefined || marked === null) continue;
    const { marks, tooMany } = marked;
    seen[tooMany === null ? "left" : tooMany < 0 ? "none" : "some"] += 1;
    if (tooMany !== null) expect(tooMany, told(ops)).toBe(firstTooMany(part, marks, 1));
  }
  expect(Math.min(seen.none, seen.some, 10 * seen.left)).toBeGreaterThan(tries(1_000));
});
