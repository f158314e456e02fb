/** A stretch of time, µs. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Closer than this (µs) there is nothing to see. */
export const CLOSEST = 100;

/** What part of the run is looked at: the timeline, its overview and the plots share one. */
export interface View {
  readonly full: Range;
  get(): Range;
  set(range: Range): void;
  /** Calls `onChange` after each change, until the returned function is called. */
  subscribe(onChange: () => void): () => void;
}

export function createView(end: number): View {
  const margin = Math.max(CLOSEST, end * 0.005);
  const full = { from: -margin, to: end + margin };
  const listeners = new Set<() => void>();
  let range: Range = full;
  return {
    full,
    get: () => range,
    set(wanted) {
      const next = clamp(wanted, full);
      if (next.from === range.from && next.to === range.to) return;
      range = next;
      for (const listener of listeners) listener();
    },
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

/** Keeps the length where it can, and stays within the run. */
export function clamp(range: Range, full: Range): Range {
  const length = Math.min(full.to - full.from, Math.max(CLOSEST, range.to - range.from));
  const from = Math.min(Math.max(range.from, full.from), full.to - length);
  return { from, to: from + length };
}

/** `factor` below 1: closer. `about` stays where it is. */
export function zoom(range: Range, factor: number, about: number): Range {
  // What cannot be seen any closer must not drift aside.
  const bounded = Math.max(factor, CLOSEST / (range.to - range.from));
  return { from: about - (about - range.from) * bounded, to: about + (range.to - about) * bounded };
}

export function pan(range: Range, by: number): Range {
  return { from: range.from + by, to: range.to + by };
}

/** A stretch with room on both sides, so that what led to it shows. */
export function around(from: number, to: number, least: number): Range {
  const length = Math.max(least, (to - from) * 1.2);
  const middle = (from + to) / 2;
  return { from: middle - length / 2, to: middle + length / 2 };
}
