import type { Columns } from "./payload.js";

/** Rows to columns: one array for each field. */
export function columns<Name extends string>(
  names: readonly Name[],
  rows: readonly Readonly<Record<Name, number>>[],
): Columns<Name> {
  const filled = {} as Record<Name, number[]>;
  for (const name of names) filled[name] = rows.map((row) => row[name]);
  return filled;
}

/** ns to whole µs: finer than that nobody looks, and whole numbers stay short. */
export const micros = (ns: number): number => Math.round(ns / 1e3);

/** Each time as what has passed since the one before: small numbers, where large ones would be spelt out. */
export function waits(times: readonly number[]): readonly number[] {
  return times.map((time, row) => time - (times[row - 1] ?? 0));
}
