/**
 * Whether acquires and releases of an owner-aware mutex can be put in one order, in O(n log n). A hold surely lasts from
 * the return of its acquire to the invocation of its release; the history is linearizable iff these are disjoint: a
 * point in each acquire and release can then be chosen outside of all others.
 *
 * - An acquire that is open may never have happened: without a later release that was ok it is left out.
 * - An acquire that is open, with a later release that was ok, held for at least a moment within that release.
 * - A release that is open may have happened at once: the hold surely lasts to its invocation only.
 */

export interface MutexHold {
  /** Return of the acquire; Infinity where its outcome is open. */
  readonly acquired: number;
  /** Invocation and return of the release; Infinity where there is none, or its outcome is open. */
  readonly releaseInvoke: number;
  readonly releaseReturn: number;
}

/** Two holds (their places in the list) that cannot both be, or null. */
export function mutexViolation(holds: readonly MutexHold[]): readonly [number, number] | null {
  const cores = holds
    .map((hold, place) => ({ place, from: hold.acquired, to: hold.releaseInvoke }))
    .filter(({ from, to }) => from < to)
    .toSorted((a, b) => a.from - b.from);
  for (const [index, core] of cores.entries()) {
    const next = cores[index + 1];
    if (next && next.from < core.to) return [core.place, next.place];
  }
  for (const [place, hold] of holds.entries()) {
    if (hold.acquired !== Infinity || hold.releaseReturn === Infinity) continue;
    // It needs one free moment within its release: there is none only where a core covers all of it.
    const around = cores.find(({ from, to }) => from <= hold.releaseInvoke && hold.releaseReturn <= to);
    if (around) return [around.place, place];
  }
  return null;
}
