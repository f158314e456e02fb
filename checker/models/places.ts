import { isReturn, NIL, rowOf } from "../../src/history/columns.js";
import { createNumberMap } from "../../src/history/number-map.js";

/** What the operations of a part carry in a column, as numbers from 0 on. */
export interface Places {
  readonly count: number;
  place(carried: number): number;
  /** Whether `place` only takes `base` off (of NIL it never does), as the innermost loops do themselves; else there is a table. */
  readonly isDirect: boolean;
  readonly base: number;
}

/**
 * Whole numbers that lie close together are used as they are, which spares a table: processes do, and the values of most
 * tests. `withNil`: NIL is at 0, whether anything carries it or not.
 */
export function placesOf(events: Int32Array, column: Float64Array | Int32Array, withNil: boolean): Places {
  const first = withNil ? 1 : 0;
  const bounds = Float64Array.of(Infinity, -Infinity);
  // Where a part is about the whole, the column as it stands has much the same bounds, and tells them sooner.
  const carried = 2 * events.length >= column.length ? column : carriedBy(events, column);
  const isWhole = findBounds(carried, bounds);
  const [least = 0, most = 0] = bounds;
  const base = least - first;
  // Codes of texts are whole and close together, too, but so far out that not every number has a place there.
  const isClose = least <= most && most - least < 2 * events.length + 1_024 && Number.isSafeInteger(base);
  if (!isWhole || !isClose) return tableOf(events, column, first);
  return {
    count: most - base + 1,
    isDirect: true,
    base,
    place: withNil ? (carried) => (carried === NIL ? 0 : carried - base) : (carried) => carried - base,
  };
}

const carriedBy = (events: Int32Array, column: Float64Array | Int32Array): Float64Array =>
  Float64Array.from(events, (event) => column[rowOf(event)]!);

/** Whether all that is not NIL is whole. The loop stands by itself for the reason that `partition.ts` gives. */
function findBounds(column: Float64Array | Int32Array, bounds: Float64Array): boolean {
  let least = Infinity;
  let most = -Infinity;
  for (let at = 0; at < column.length; at += 1) {
    const carried = column[at]!;
    if (carried === NIL) continue;
    if (carried < least) least = carried;
    if (carried > most) most = carried;
    if (Math.floor(carried) !== carried) return false;
  }
  bounds[0] = least;
  bounds[1] = most;
  return true;
}

function tableOf(events: Int32Array, column: Float64Array | Int32Array, first: number): Places {
  const places = createNumberMap();
  if (first === 1) places.set(NIL, 0);
  for (const event of events) {
    if (isReturn(event)) continue;
    const carried = column[rowOf(event)]!;
    if (places.get(carried) < 0) places.set(carried, places.size);
  }
  return { count: places.size, isDirect: false, base: 0, place: (carried) => places.get(carried) };
}
