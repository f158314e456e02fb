import type { Part } from "./types.js";
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

/** Rows of a part's operations, in order of their invocations; null: all of them. */
export function invokedRows({ ops, events }: Part): Int32Array | null {
  if (events === ops.order) return null;
  const rows = new Int32Array(events.length + 1);
  return rows.subarray(0, selectInvoked(events, rows));
}

/** Each is written, and stays if it is an invocation: a branch that nobody foresees would cost more. */
function selectInvoked(events: Int32Array, into: Int32Array): number {
  let end = 0;
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at]!;
    into[end] = rowOf(event);
    end += 1 - (event & 1);
  }
  return end;
}
