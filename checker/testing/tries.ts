/** How hard properties are tried: on fresh random histories, or (where the tests themselves are tried) on kept ones. */
import * as fc from "fast-check";

let kept: { readonly most: number; readonly made: Map<unknown, readonly unknown[]> } | null = null;

/** From now on properties are tried on at most so many histories, always the same. */
export const keepHistories = (most: number): void => void (kept = { most, made: new Map() });

/** How many random histories a property is tried on. */
export const tries = (runs: number): number => Math.min(runs, kept?.most ?? runs);

/**
 * Tries a property on random histories, made from what was drawn. Throws with the smallest that contradicts it. `make` is
 * the same function each time: by it kept histories are known again.
 */
export function forAll<T, U>(
  arbitrary: fc.Arbitrary<T>,
  make: (drawn: T) => U,
  runs: number,
  check: (made: U) => void,
): void {
  if (kept === null) {
    // What a check returns is nobody's verdict: it throws.
    const property = fc.property(arbitrary, (drawn) => {
      check(make(drawn));
    });
    return fc.assert(property, { numRuns: runs });
  }
  const known = kept.made.get(make) as readonly U[] | undefined;
  const made = known ?? fc.sample(arbitrary, { numRuns: tries(runs), seed: 1 }).map(make);
  kept.made.set(make, made);
  made.forEach((each) => check(each));
}
