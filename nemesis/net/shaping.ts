/** What happens to packets on one way between two hosts. */
export interface Shaping {
  readonly delayMs: number;
  /** Each packet's delay differs from `delayMs` by up to this, either way. */
  readonly jitterMs: number;
  /** Shares of packets, in [0, 1]. */
  readonly loss: number;
  readonly duplicate: number;
  /** Share that overtakes what is delayed. */
  readonly reorder: number;
  /** kbit/s; null: as fast as it goes. */
  readonly rateKbit: number | null;
}

export const UNSHAPED: Shaping = {
  delayMs: 0,
  jitterMs: 0,
  loss: 0,
  duplicate: 0,
  reorder: 0,
  rateKbit: null,
};

/** Of several faults on one way: as if one followed the other. */
export function combined(shapings: readonly Shaping[]): Shaping {
  return shapings.reduce(
    (one, other) => ({
      delayMs: one.delayMs + other.delayMs,
      jitterMs: one.jitterMs + other.jitterMs,
      loss: either(one.loss, other.loss),
      duplicate: either(one.duplicate, other.duplicate),
      reorder: either(one.reorder, other.reorder),
      rateKbit: slower(one.rateKbit, other.rateKbit),
    }),
    UNSHAPED,
  );
}

const either = (one: number, other: number): number => 1 - (1 - one) * (1 - other);

const slower = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/** `delay 200 ms ± 20 ms, loss 10 %`. */
export function describeShaping({ delayMs, jitterMs, loss, duplicate, reorder, rateKbit }: Shaping): string {
  const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
  const parts = [
    ...(delayMs > 0 ? [`delay ${delayMs} ms${jitterMs > 0 ? ` ± ${jitterMs} ms` : ""}`] : []),
    ...(loss > 0 ? [`loss ${percent(loss)}`] : []),
    ...(duplicate > 0 ? [`duplicates ${percent(duplicate)}`] : []),
    ...(reorder > 0 ? [`reordered ${percent(reorder)}`] : []),
    ...(rateKbit === null ? [] : [`rate ${rateKbit} kbit/s`]),
  ];
  return parts.join(", ") || "nothing";
}
