import type { Range } from "./view.js";

export interface Ticks {
  /** µs. */
  readonly at: readonly number[];
  readonly label: (us: number) => string;
}

/** Round times, about `wanted` of them. Labels carry as many digits as their distance needs. */
export function ticks(range: Range, wanted: number): Ticks {
  const step = roundStep((range.to - range.from) / Math.max(1, wanted));
  const first = Math.ceil(Math.max(0, range.from) / step);
  const last = Math.floor(range.to / step);
  // Multiplied, not added up: sums of steps drift.
  const at = Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => (first + n) * step);
  return { at, label: labelFor(step) };
}

/** The least of 1, 2, 5 times a power of ten that is not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const factor = [1, 2, 5, 10].find((each) => each * power >= least) ?? 10;
  return factor * power;
}

function labelFor(step: number): (us: number) => string {
  const decimals = Math.max(0, Math.ceil(6 - Math.log10(step) - 1e-9));
  return (us) => `${(us / 1e6).toFixed(Math.min(6, decimals))} s`;
}
