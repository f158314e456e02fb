import { cell, isReturn, NEVER, NIL, OUTCOME, rowOf, type OpColumns } from "../../src/history/columns.js";
import type { Part } from "../models/types.js";

/**
 * Some operations of a history as a history of its own, up to the event at place `until`: what was answered later is
 * open there. `rows` rise. Places are counted anew, names and values stay.
 */
export function subset(ops: OpColumns, rows: ArrayLike<number>, until: number): OpColumns {
  const asked: number[] = [];
  for (let n = 0; n < rows.length; n += 1) if (ops.invoke[rows[n]!]! <= until) asked.push(rows[n]!);
  const events: { readonly event: number; readonly place: number }[] = [];
  for (const [row, from] of asked.entries()) {
    events.push({ event: row << 1, place: ops.invoke[from]! });
    if (ops.complete[from]! <= until) events.push({ event: (row << 1) | 1, place: ops.complete[from]! });
  }
  events.sort((a, b) => a.place - b.place);
  const invoke = new Int32Array(asked.length);
  const complete = new Int32Array(asked.length).fill(NEVER);
  for (const [place, { event }] of events.entries()) {
    const column = isReturn(event) ? complete : invoke;
    column[rowOf(event)] = place;
  }
  const isOpen = (from: number): boolean => ops.complete[from]! > until;
  const numbers = (column: Float64Array): Float64Array =>
    column.length === 0 ? column : Float64Array.from(asked, (from) => cell(column, from));
  return {
    ...ops,
    count: asked.length,
    eventCount: events.length,
    process: Int32Array.from(asked, (from) => ops.process[from]!),
    owner: Int32Array.from(asked, (from) => ops.owner[from]!),
    f: Uint16Array.from(asked, (from) => ops.f[from]!),
    outcome: Uint8Array.from(asked, (from) => (isOpen(from) ? OUTCOME.info : ops.outcome[from]!)),
    invoke,
    complete,
    key: Int32Array.from(asked, (from) => ops.key[from]!),
    // What only the answer told is not known where the answer is cut off.
    value: Float64Array.from(asked, (from) =>
      isOpen(from) && isAnswered(ops, from) ? NIL : ops.value[from]!,
    ),
    extra: numbers(ops.extra),
    token: Float64Array.from(ops.token.length === 0 ? [] : asked, (from) =>
      isOpen(from) && isAcquire(ops, from) ? NIL : cell(ops.token, from),
    ),
    invokeTime: numbers(ops.invokeTime),
    completeTime: numbers(ops.completeTime),
    order: Int32Array.from(events, ({ event }) => event),
  };
}

/**
 * A part up to the event at place `until`, as rows and places of the whole: what was answered later is open there. (What
 * failed later is left out all the same: that it did not happen is known.)
 */
export function prefixOf(part: Part, until: number): Part {
  const { ops } = part;
  const events = part.events.subarray(0, countUntil(part, until));
  const [outcome, complete] = [ops.outcome.slice(), ops.complete.slice()];
  const [value, token] = [ops.value.slice(), ops.token.slice()];
  for (const event of events) {
    const row = rowOf(event);
    if (complete[row]! <= until || complete[row] === NEVER) continue;
    outcome[row] = OUTCOME.info;
    complete[row] = NEVER;
    if (isAnswered(ops, row)) value[row] = NIL;
    if (isAcquire(ops, row) && token.length > row) token[row] = NIL;
  }
  return { ...part, ops: { ...ops, outcome, complete, value, token }, events };
}

/** How many of a part's events stand at a place or before. */
function countUntil({ ops, events }: Part, until: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (placeOf(ops, events[middle]!) <= until) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const placeOf = (ops: OpColumns, event: number): number =>
  (isReturn(event) ? ops.complete : ops.invoke)[rowOf(event)]!;

const nameOf = (ops: OpColumns, row: number): string => ops.operations[ops.f[row]!]!;
const isAnswered = (ops: OpColumns, row: number): boolean => nameOf(ops, row) === "read";
const isAcquire = (ops: OpColumns, row: number): boolean => nameOf(ops, row).startsWith("acquire");
