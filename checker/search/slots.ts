import { isReturn, OUTCOME, rowOf } from "../../src/history/columns.js";
import type { Part } from "../models/types.js";

/** A place in the window of what is under way, for each operation that must have an effect: few, and used again and again. */
export interface Slots {
  /** By the event's place in the part; -1 where an open operation is invoked, which has none. */
  readonly ofEvent: Int32Array;
  /** The most in use at once. */
  readonly count: number;
}

export function slotsOf({ ops, events }: Part): Slots {
  const ofEvent = new Int32Array(events.length).fill(-1);
  const ofRow = new Map<number, number>();
  const free: number[] = [];
  let count = 0;
  for (let at = 0; at < events.length; at += 1) {
    const row = rowOf(events[at]!);
    if (isReturn(events[at]!)) {
      const slot = ofRow.get(row)!;
      ofEvent[at] = slot;
      ofRow.delete(row);
      free.push(slot);
    } else if (ops.outcome[row] !== OUTCOME.info) {
      const slot = free.pop() ?? count++;
      ofEvent[at] = slot;
      ofRow.set(row, slot);
    }
  }
  return { ofEvent, count };
}

/** Words of a bit a slot. */
export const wordsOf = ({ count }: Slots): number => Math.ceil(count / 32) || 1;
