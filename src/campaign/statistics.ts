/** A share of runs, with what that says about the next ones. */
export interface Rate {
  readonly count: number;
  readonly total: number;
  readonly share: number;
  /** Wilson's 95 % score interval: holds also for few runs, and for none or all of them. */
  readonly interval: { readonly low: number; readonly high: number };
}

/** The standard normal distribution's 97.5th percentile: 95 % lie between -z and z. */
const Z = 1.959963984540054;

/** E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927). */
export function rate(count: number, total: number): Rate {
  if (total === 0) return { count, total, share: 0, interval: { low: 0, high: 1 } };
  const share = count / total;
  const weight = 1 + Z ** 2 / total;
  const centre = (share + Z ** 2 / (2 * total)) / weight;
  const reach = (Z / weight) * Math.sqrt((share * (1 - share)) / total + Z ** 2 / (4 * total ** 2));
  // Exact at the ends, where floating point leaves a trace.
  const low = count === 0 ? 0 : Math.max(0, centre - reach);
  const high = count === total ? 1 : Math.min(1, centre + reach);
  return { count, total, share, interval: { low, high } };
}
