import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { skipN } from "pure-rand/utils/skipN";

/** A seeded source of chance: the same seed gives the same draws. */
export interface Random {
  /** In [0, 1). */
  fraction(): number;
  /** In [min, max), or min where they are equal. */
  between(min: number, max: number): number;
  /** A whole number in [0, below). */
  below(below: number): number;
}

/** `seed` is a 32-bit integer. `stream` tells apart sources that share a seed: the plan's and each client's. */
export function createRandom(seed: number, stream = 0): Random {
  const generator = xoroshiro128plus((seed ^ Math.imul(stream, 0x9e3779b1)) | 0);
  // Its first numbers are nearly those of the seed beside it, and series of runs take seeds side by side.
  skipN(generator, 64);
  const fraction = (): number => uniformFloat64(generator);
  return {
    fraction,
    between: (min, max) => min + fraction() * (max - min),
    below: (below) => uniformInt(generator, 0, below - 1),
  };
}
