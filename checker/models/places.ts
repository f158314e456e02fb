import { isReturn, rowOf } from "../../src/history/columns.js";
import { createNumberMap } from "../../src/history/number-map.js";

/** What the operations of a part carry in a column, as numbers from 0 on. */
export interface Places {
  readonly count: number;
  place(carried: number): number;
  /** What `place` takes off where numbers are used as they are; null: there is a table. For the innermost loops. */
  readonly base: number | null;
}

/**
 * Whole numbers that lie close together are used as they are, which spares a table: processes do, and the values of most
 * tests. `other` has a place, too, whether anything carries it or not.
 */
export function placesOf(events: Int32Array, column: Float64Array | Int32Array, other: number): Places {
  let least = Infinity;
  let most = -Infinity;
  let whole = true;
  for (let at = 0; at < events.length; at += 1) {
    const carried = column[rowOf(events[at]!)]!;
    if (carried === other) continue;
    if (carried < least) least = carried;
    if (carried > most) most = carried;
    if (Math.floor(carried) !== carried) whole = false;
  }
  if (!(least <= most)) return { count: 1, base: null, place: () => 0 };
  if (whole && most - least <= 4 * events.length + 1_024)
    return {
      count: most - least + 2,
      base: least - 1,
      place: (carried) => (carried === other ? 0 : carried - least + 1),
    };
  const places = createNumberMap();
  places.set(other, 0);
  for (const event of events) {
    if (isReturn(event)) continue;
    const carried = column[rowOf(event)]!;
    if (places.get(carried) < 0) places.set(carried, places.size);
  }
  return { count: places.size, base: null, place: (carried) => places.get(carried) };
}
