/**
 * Delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002): as few items as it
 * takes for `fails` to hold, such that no single one can be left out. `items` themselves must fail. Stops early, with
 * what it has, when `isOver` says so.
 */
export function minimal<T>(
  items: readonly T[],
  fails: (some: readonly T[]) => boolean,
  isOver: () => boolean = () => false,
): readonly T[] {
  let kept = items;
  for (let pieces = 2; kept.length > 1 && !isOver();) {
    const size = Math.ceil(kept.length / pieces);
    const without = (n: number): readonly T[] => kept.toSpliced(n * size, size);
    const count = Math.ceil(kept.length / size);
    let left: readonly T[] | undefined;
    // The later ones are what it came to: the earlier ones are tried first.
    for (let n = 0; n < count && left === undefined && !isOver(); n += 1) {
      const some = without(n);
      if (some.length > 0 && fails(some)) left = some;
    }
    if (left !== undefined) {
      kept = left;
      pieces = Math.max(pieces - 1, 2);
    } else if (size === 1) break;
    else pieces = Math.min(pieces * 2, kept.length);
  }
  return kept;
}
