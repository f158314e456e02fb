import { F, isReturn, NEVER, OUTCOME, rowOf } from "../../src/history/columns.js";
import { placeOf } from "./order.js";
import { judgeHolds, MUTEX } from "./sweep.js";
import type { Judgement, Part } from "./types.js";
import { named } from "./words.js";

/**
 * A mutex of which some acquires were refused because it was held, in O(n log n): at some moment of each refused one
 * somebody did hold. null: it takes a search, as it does where operations are open or an owner acts twice at once.
 *
 * Hold i can have begun as early as its acquire's invocation, but not before hold i-1 can have ended, which is its
 * release's invocation; and it can have lasted to its release's return, but not beyond the return of the acquire of hold
 * i+1. Where two extents overlap the lock passed from hand to hand at once, at whatever moment one likes, so each refused
 * acquire needs to meet one extent and no more. Without the clip by its neighbours an extent would reach into the core of
 * the hold before: harmless by itself, but then a refused acquire that only met the one would be explained by the other.
 */
export function judgeRefusals(part: Part): Judgement | null {
  const { ops, events } = part;
  if (events.some((event) => ops.outcome[rowOf(event)] === OUTCOME.info)) return null;
  const granted = events.filter((event) => ops.outcome[rowOf(event)] !== OUTCOME.held);
  const judged = judgeHolds({ ...part, events: granted }, MUTEX);
  if (judged?.verdict !== "valid") return judged;
  const { from, to, count } = extentsOf({ ...part, events: granted });
  for (const event of events) {
    const row = rowOf(event);
    if (isReturn(event) || ops.outcome[row] !== OUTCOME.held) continue;
    const last = lastBelow(from, count, ops.complete[row]!);
    if (last >= 0 && to[last]! > ops.invoke[row]!) continue;
    return {
      verdict: "violated",
      reason: `${named(ops, row)} was refused because the lock was held, and nobody can have held it then`,
      witness: [row],
      // Who held when is known from what came later, too.
      at: placeOf(ops, events.at(-1)!),
    };
  }
  return { verdict: "valid" };
}

interface Extents {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly count: number;
}

/** As early and as late as each hold can have been, in order. The cores are known to be disjoint. */
function extentsOf({ ops, events }: Part): Extents {
  const from = new Int32Array(events.length);
  const to = new Int32Array(events.length);
  let count = 0;
  let freed = -1;
  for (const event of events) {
    const row = rowOf(event);
    if (ops.f[row] === F.acquire) {
      if (!isReturn(event)) continue;
      if (count > 0) to[count - 1] = Math.min(to[count - 1]!, ops.complete[row]!);
      from[count] = Math.max(ops.invoke[row]!, freed);
      to[count] = NEVER;
      count += 1;
    } else if (!isReturn(event)) {
      freed = ops.invoke[row]!;
      to[count - 1] = ops.complete[row]!;
    }
  }
  return { from, to, count };
}

/** The last of the first `count` that is below `place`, or -1. */
function lastBelow(sorted: Int32Array, count: number, place: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
