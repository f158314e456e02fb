import { F, NEVER, NIL, OUTCOME, type OpColumns } from "../../src/history/columns.js";
import { invokedRows } from "./order.js";
import { placesOf, type Places } from "./places.js";
import type { Part } from "./types.js";

/**
 * Of each value, as a number from 0 on: the least return and the greatest invocation over its write and all its reads.
 * Cell beside cell, so that a value is one look into memory; 0 where there is nothing to tell, for memory that nobody fills
 * costs nothing.
 */
export interface Zones extends Pick<Places, "place"> {
  readonly cells: Int32Array;
  /** The values that were written, in order of their writes. */
  readonly written: Int32Array;
  /** Place of the first read of what nobody had yet asked to write; NEVER: there is none. */
  readonly misread: number;
}

/** Cells of a value. One past the place where it was last asked for, and {@link WRITTEN}. */
export const CELLS = 2;
export const LAST = 0;
/** How long before {@link NEVER} its first operation returned. */
export const RETURN = 1;
/** Set in {@link LAST} where the value was asked to be written. */
export const WRITTEN = 1 << 31;

/** The value before the first write, which was written before all. */
export const INITIAL = 0;
export const BEFORE_ALL = -1;

export const isWritten = ({ cells }: Zones, zone: number): boolean => cells[zone * CELLS + LAST]! < 0;

/** NEVER: none of its operations returned. */
export const leastReturn = ({ cells }: Zones, zone: number): number =>
  zone === INITIAL ? BEFORE_ALL : NEVER - cells[zone * CELLS + RETURN]!;

export const greatestInvoke = ({ cells }: Zones, zone: number): number =>
  (cells[zone * CELLS + LAST]! & ~WRITTEN) - 1;

/** null: a value is written more than once. */
export function zonesOf(part: Part): Zones | null {
  const { ops, events } = part;
  const rows = invokedRows(part);
  const places = placesOf(events, ops.value, true);
  const cells = new Int32Array(places.count * CELLS);
  // Whoever writes what stood before the first write writes it again.
  cells[INITIAL * CELLS + LAST] = WRITTEN;
  const written = new Int32Array((rows?.length ?? ops.count) + 1);
  const found: Found = { writes: 0, values: 0, misread: NEVER };
  if (!enter(ops, rows, places, cells, written, found)) return null;
  const { writes, values, misread } = found;
  return {
    place: places.place,
    cells,
    written: written.subarray(0, writes),
    misread: values === writes ? misread : Math.min(misread, firstUnwritten(cells)),
  };
}

interface Found {
  writes: number;
  /** Values that were read or written. */
  values: number;
  /** Place of the first read of what was asked to be written later; NEVER: there is none. */
  misread: number;
}

/**
 * false: two writes of one value. Which of several clients acts next, and what it does, no processor can foresee: there is
 * no branch on it. (`partition.ts` says why the loop stands by itself.)
 */
function enter(
  { count, value, f, outcome, invoke, complete }: OpColumns,
  rows: Int32Array | null,
  { place, isDirect, base }: Places,
  cells: Int32Array,
  written: Int32Array,
  found: Found,
): boolean {
  let writes = 0;
  let values = 0;
  let doubled = 0;
  let misread = NEVER;
  const end = rows?.length ?? count;
  for (let at = 0; at < end; at += 1) {
    const row = rows === null ? at : rows[at]!;
    /** 1: a write; 0: a read. */
    const write = f[row]! - F.read;
    if (outcome[row] !== OUTCOME.ok && write === 0) continue;
    const carried = value[row]!;
    const zone = isDirect && carried !== NIL ? (carried - base) | 0 : place(carried);
    const cell = zone * CELLS;
    const asked = invoke[row]!;
    const last = cells[cell + LAST]!;
    const before = cells[cell + RETURN]!;
    doubled |= last & -write;
    values += ((last | -last) >>> 31) ^ 1;
    cells[cell + LAST] = (asked + 1) | (last & WRITTEN) | (write << 31);
    // Only reads that were asked for before the write can have returned before it.
    if (((NEVER - asked - before) & -write) < 0) misread = Math.min(misread, NEVER - before);
    // The greater of the two.
    const less = before - (NEVER - complete[row]!);
    cells[cell + RETURN] = before - (less & (less >> 31));
    written[writes] = zone;
    writes += write;
  }
  found.writes = writes;
  found.values = values;
  found.misread = misread;
  return doubled >= 0;
}

/** Place of the first read of what nobody ever asked to write. */
function firstUnwritten(cells: Int32Array): number {
  let most = 0;
  for (let cell = 0; cell < cells.length; cell += CELLS)
    if (cells[cell + LAST]! > 0) most = Math.max(most, cells[cell + RETURN]!);
  return NEVER - most;
}
