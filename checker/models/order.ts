import { isReturn, rowOf, type OpColumns } from "../../src/history/columns.js";

/** The place in the record of a part's event. */
export const placeOf = ({ invoke, complete }: OpColumns, event: number): number =>
  (isReturn(event) ? complete : invoke)[rowOf(event)]!;

/** Which of a part's events, that are in order, is the first at a place of the record or after it. */
export function indexOf(ops: OpColumns, events: Int32Array, place: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (placeOf(ops, events[middle]!) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
