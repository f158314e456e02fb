import type { Kinds } from "./kinds.js";

/** Which of the operations under way are possible in a state. Worked out once for all configurations that have it. */
export interface Possible {
  /** A bit for each slot of `used` whose operation is possible. Not to be changed, nor kept beyond `forget`. */
  from(state: number, used: readonly number[]): Int32Array;
  /** To be said when other operations are under way. */
  forget(): void;
}

/** States of which it is remembered; a counter has more. */
const REMEMBERED = 4_096;

export function createPossible(words: number, kinds: Kinds, kindOf: Int32Array): Possible {
  /** By state: the bits, and behind them when they were worked out. */
  const known: (Int32Array | undefined)[] = [];
  let now = 1;

  function work(state: number, used: readonly number[]): Int32Array {
    const bits = new Int32Array(words + 1);
    for (const slot of used) if (kinds.step(state, kindOf[slot]!) >= 0) bits[slot >>> 5]! |= 1 << (slot & 31);
    bits[words] = now;
    if (state < REMEMBERED) known[state] = bits;
    return bits;
  }

  return {
    from(state, used) {
      const bits = known[state];
      return bits !== undefined && bits[words] === now ? bits : work(state, used);
    },
    forget: () => (now = (now + 1) | 0),
  };
}
