import { NEVER } from "../../src/history/columns.js";
import { BEFORE_ALL, CELLS, INITIAL, READ, RETURN, WRITE, type Zones } from "./zone-table.js";

/** Steps for each value that putting zones in order may take. */
const MOST_STEPS = 8;

/**
 * Whether nothing contradicts (`zone-conflicts.ts` says what does). false: something may, and must be looked for.
 *
 * In order of their writes zones are nearly in order of their times, too. They are put in order quite, and compared with
 * the next; where they are far from it, it gives up.
 */
export function areConsistent({ cells, written }: Zones): boolean {
  if (isAnyUnwritten(cells)) return false;
  const steps = MOST_STEPS * written.length + 1_024;
  /** Pairs of a forward zone's begin and end; the first is what stood before all writes. */
  const forward = new Int32Array(2 * written.length + 4);
  /** Pairs of a backward zone's begin, which is an invocation, and end. */
  const backward = new Int32Array(2 * written.length + 2);
  forward[0] = BEFORE_ALL;
  forward[1] = cells[INITIAL * CELLS + READ]! - 1;
  const ends = Int32Array.of(2, 0);
  if (!sortOut(cells, written, forward, backward, ends)) return false;
  const [forwardEnd = 0, backwardEnd = 0] = ends;
  if (!sort(forward, forwardEnd, steps) || !areDisjoint(forward, forwardEnd)) return false;
  forward[forwardEnd] = NEVER;
  return areOutside(forward, backward, backwardEnd, steps);
}

// The loops do without branches that nobody can foresee, and stand by themselves for the reason that `partition.ts` gives.

/** Whether a value was read that nobody wrote. */
function isAnyUnwritten(cells: Int32Array): boolean {
  for (let cell = 0; cell < cells.length; cell += CELLS)
    if (cells[cell + WRITE] === 0 && cells[cell + READ] !== 0) return true;
  return false;
}

/** Tells forward zones from backward ones. false: one was read before it was asked to be written. */
function sortOut(
  cells: Int32Array,
  written: Int32Array,
  forward: Int32Array,
  backward: Int32Array,
  ends: Int32Array,
): boolean {
  let forwardEnd = ends[0]!;
  let backwardEnd = ends[1]!;
  for (let at = 0; at < written.length; at += 1) {
    const cell = written[at]! * CELLS;
    // An open write that nobody read is no zone.
    if (cells[cell + RETURN] === 0) continue;
    const returned = NEVER - cells[cell + RETURN]!;
    const write = cells[cell + WRITE]! - 1;
    if (returned < write) return false;
    const later = cells[cell + READ]! - 1 - write;
    const invoked = write + (later & ~(later >> 31));
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
  return true;
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

function areDisjoint(forward: Int32Array, end: number): boolean {
  for (let at = 2; at < end; at += 2) if (forward[at - 1]! > forward[at]!) return false;
  return true;
}

/** Whether no backward zone lies within a forward one. false: that, or it takes too many steps to see. */
function areOutside(forward: Int32Array, backward: Int32Array, end: number, steps: number): boolean {
  let left = steps;
  let around = 0;
  for (let at = 0; at < end; at += 2) {
    const begin = backward[at]!;
    // Of those that begin before, the last one ends last.
    while (forward[around + 2]! < begin) {
      around += 2;
      left -= 1;
    }
    while (forward[around]! > begin) {
      around -= 2;
      left -= 1;
    }
    if (left < 0 || backward[at + 1]! < forward[around + 1]!) return false;
  }
  return true;
}
