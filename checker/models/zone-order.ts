import { NEVER } from "../../src/history/columns.js";
import type { Conflict } from "./zone-conflicts.js";
import {
  BEFORE_ALL,
  CELLS,
  greatestInvoke,
  INITIAL,
  LAST,
  RETURN,
  WRITTEN,
  type Zones,
} from "./zone-table.js";

/** Steps for each value that putting zones in order may take. */
const MOST_STEPS = 8;

/**
 * The first two zones that contradict each other; null: none do. undefined: it gave up, and all events must be gone through.
 *
 * In order of their writes zones are nearly in order of their times, too. They are put in order quite, and compared with
 * the next; where they are far from it, it gives up.
 */
export function firstConflict(zones: Zones): Conflict | null | undefined {
  const { cells, written } = zones;
  const steps = MOST_STEPS * written.length + 1_024;
  /** Pairs of a forward zone's begin and end; the first is what stood before all writes. */
  const forward = new Int32Array(2 * written.length + 4);
  /** Pairs of a backward zone's begin, which is an invocation, and end. */
  const backward = new Int32Array(2 * written.length + 2);
  forward[0] = BEFORE_ALL;
  forward[1] = greatestInvoke(zones, INITIAL);
  const ends = Int32Array.of(2, 0);
  sortOut(cells, written, forward, backward, ends);
  const [forwardEnd = 0, backwardEnd = 0] = ends;
  if (!sort(forward, forwardEnd, steps)) return undefined;
  forward[forwardEnd] = NEVER;
  const clash = firstClash(forward, forwardEnd);
  const first = { at: forward[clash]!, forward: forward[clash - 2]! };
  if (!findInside(forward, backward, backwardEnd, steps, first)) return undefined;
  return first.at === NEVER ? null : first;
}

// The loops do without branches that nobody can foresee, and stand by themselves for the reason that `partition.ts` gives.

/** Tells forward zones from backward ones. */
function sortOut(
  cells: Int32Array,
  written: Int32Array,
  forward: Int32Array,
  backward: Int32Array,
  ends: Int32Array,
): void {
  let forwardEnd = ends[0]!;
  let backwardEnd = ends[1]!;
  for (let at = 0; at < written.length; at += 1) {
    const cell = written[at]! * CELLS;
    // An open write that nobody read is no zone.
    if (cells[cell + RETURN] === 0) continue;
    const returned = NEVER - cells[cell + RETURN]!;
    const invoked = (cells[cell + LAST]! & ~WRITTEN) - 1;
    forward[forwardEnd] = returned;
    forward[forwardEnd + 1] = invoked;
    backward[backwardEnd] = invoked;
    backward[backwardEnd + 1] = returned;
    const isForward = (returned - invoked) >>> 31;
    forwardEnd += 2 * isForward;
    backwardEnd += 2 - 2 * isForward;
  }
  ends[0] = forwardEnd;
  ends[1] = backwardEnd;
}

/** Sorts pairs by insertion. false: it takes too many steps. */
function sort(pairs: Int32Array, end: number, steps: number): boolean {
  let left = steps;
  for (let at = 2; at < end; at += 2) {
    const begin = pairs[at]!;
    if (begin > pairs[at - 2]!) continue;
    const other = pairs[at + 1]!;
    let to = at;
    for (; to > 0 && pairs[to - 2]! > begin; to -= 2) {
      pairs[to] = pairs[to - 2]!;
      pairs[to + 1] = pairs[to - 1]!;
      left -= 1;
    }
    pairs[to] = begin;
    pairs[to + 1] = other;
    if (left < 0) return false;
  }
  return true;
}

/** Which pair begins before the one before it ends; `end`: none does. */
function firstClash(forward: Int32Array, end: number): number {
  let at = 2;
  while (at < end && forward[at - 1]! <= forward[at]!) at += 2;
  return at;
}

/**
 * Finds the first backward zone within a forward one, if it begins before the conflict that is known: up to there forward
 * zones are disjoint, and of those that begin before it the last one ends last. false: it takes too many steps to see.
 */
function findInside(
  forward: Int32Array,
  backward: Int32Array,
  end: number,
  steps: number,
  first: { at: number; forward: number },
): boolean {
  let left = steps;
  let around = 0;
  let before = first.at;
  for (let at = 0; at < end; at += 2) {
    const begin = backward[at]!;
    if (begin > before) continue;
    while (forward[around + 2]! < begin) {
      around += 2;
      left -= 1;
    }
    while (forward[around]! > begin) {
      around -= 2;
      left -= 1;
    }
    if (left < 0) return false;
    if (backward[at + 1]! >= forward[around + 1]!) continue;
    before = begin;
    first.at = begin;
    first.forward = forward[around]!;
  }
  return true;
}
