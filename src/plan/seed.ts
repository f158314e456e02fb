import { randomInt } from "node:crypto";
import { LockjepsenError } from "../error.js";

/** Seeds are 32 bits: what the generator takes, and short enough to be typed again. */
const SEEDS = 2 ** 32;

export const randomSeed = (): number => randomInt(SEEDS);

/** The seed of the `n`th run of a series. */
export const seedAfter = (seed: number, n: number): number => (seed + n) % SEEDS;

export function checkSeed(seed: number): number {
  if (Number.isInteger(seed) && seed >= 0 && seed < SEEDS) return seed;
  throw new LockjepsenError(
    "usage",
    `--seed ${seed} is out of range`,
    `take a whole number from 0 to ${SEEDS - 1}`,
  );
}
