import { F, NEVER, NIL, OUTCOME, type OpColumns } from "../../src/history/columns.js";
import { invokedRows } from "./order.js";
import { placesOf, type Places } from "./places.js";
import type { Part } from "./types.js";

/**
 * Of each value, as a number from 0 on: where it was asked to be written, and the least return and greatest invocation over
 * the write and all its reads. Cell beside cell, so that a value is one look into memory; 0 where there is nothing to tell,
 * for memory that nobody fills costs nothing.
 */
export interface Zones extends Pick<Places, "place"> {
  readonly cells: Int32Array;
  /** The values that were written, in order of their writes. */
  readonly written: Int32Array;
}

/** Cells of a value, of which these are used. One past the place where it was last asked to be read. */
export const CELLS = 4;
export const READ = 0;
/** One past the place where it was asked to be written. */
export const WRITE = 1;
/** How long before {@link NEVER} its first operation returned. */
export const RETURN = 2;

/** The value before the first write, which was written before all. */
export const INITIAL = 0;
export const BEFORE_ALL = -1;

/** Place of the event that asked to write a value; NEVER: there is none. */
export function writeOf({ cells }: Zones, zone: number): number {
  if (zone === INITIAL) return BEFORE_ALL;
  const write = cells[zone * CELLS + WRITE]!;
  return write === 0 ? NEVER : write - 1;
}

/** NEVER: none of its operations returned. */
export const leastReturn = ({ cells }: Zones, zone: number): number =>
  zone === INITIAL ? BEFORE_ALL : NEVER - cells[zone * CELLS + RETURN]!;

export const greatestInvoke = ({ cells }: Zones, zone: number): number =>
  Math.max(cells[zone * CELLS + READ]!, zone === INITIAL ? 0 : cells[zone * CELLS + WRITE]!) - 1;

/** null: a value is written more than once. */
export function zonesOf(part: Part): Zones | null {
  const { ops, events } = part;
  const rows = invokedRows(part);
  const places = placesOf(events, ops.value, true);
  const cells = new Int32Array(places.count * CELLS);
  // Whoever writes what stood before the first write writes it again.
  cells[INITIAL * CELLS + WRITE] = 1;
  const written = new Int32Array((rows?.length ?? ops.count) + 1);
  const writes = enter(ops, rows, places, cells, written);
  return writes < 0 ? null : { place: places.place, cells, written: written.subarray(0, writes) };
}

/**
 * How many writes there are; -1: two of one value. Which of several clients acts next, and what it does, no processor can
 * foresee: there is no branch on it. (`partition.ts` says why the loop stands by itself.)
 */
function enter(
  { count, value, f, outcome, invoke, complete }: OpColumns,
  rows: Int32Array | null,
  { place, isDirect, base }: Places,
  cells: Int32Array,
  written: Int32Array,
): number {
  let writes = 0;
  let doubled = 0;
  const end = rows?.length ?? count;
  for (let at = 0; at < end; at += 1) {
    const row = rows === null ? at : rows[at]!;
    /** 1: a write; 0: a read. */
    const write = f[row]! - F.read;
    if (outcome[row] !== OUTCOME.ok && write === 0) continue;
    const carried = value[row]!;
    const zone = isDirect && carried !== NIL ? (carried - base) | 0 : place(carried);
    const cell = zone * CELLS;
    doubled |= cells[cell + write]! & -write;
    cells[cell + write] = invoke[row]! + 1;
    // The greater of the two.
    const before = cells[cell + RETURN]!;
    const less = before - (NEVER - complete[row]!);
    cells[cell + RETURN] = before - (less & (less >> 31));
    written[writes] = zone;
    writes += write;
  }
  return doubled === 0 ? writes : -1;
}
