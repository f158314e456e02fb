import type { Nanos } from "../src/history/event.js";

/** A stretch of time, [from, to). */
export interface Interval {
  readonly from: Nanos;
  readonly to: Nanos;
}

/** What two stretches share, or null where they only touch. */
export function intersection(a: Interval, b: Interval): Interval | null {
  const from = Math.max(a.from, b.from) as Nanos;
  const to = Math.min(a.to, b.to) as Nanos;
  return from < to ? { from, to } : null;
}

/** What a stretch shares with each of a list. */
export function clip(list: readonly Interval[], to: Interval): readonly Interval[] {
  return list.flatMap((interval) => intersection(interval, to) ?? []);
}

/** Whether any two of two lists share more than a point. */
export function meet(a: readonly Interval[], b: readonly Interval[]): boolean {
  return a.some((one) => b.some((other) => intersection(one, other) !== null));
}

export const contains = ({ from, to }: Interval, time: number): boolean => from <= time && time < to;
