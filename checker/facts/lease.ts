import type { ClientEvent, Nanos } from "../../src/history/event.js";
import type { Interval } from "../intervals.js";

const EVER = Number.POSITIVE_INFINITY as Nanos;
const ALWAYS = Number.NEGATIVE_INFINITY as Nanos;

/** An acknowledged renewal: from when it was sent until when it promised the lock. */
export interface Renewal extends Interval {
  /** When the answer was read: it was carried out between that and when it was sent. */
  readonly acknowledged: Nanos;
}

/** What each acknowledged renewal promises, in order of sending: their answers may be read in another. */
export const renewalsOf = (acknowledged: readonly ClientEvent[]): readonly Renewal[] =>
  acknowledged
    .map(({ sent, time, validUntil }) => ({ from: sent ?? time, to: validUntil ?? EVER, acknowledged: time }))
    .toSorted((a, b) => a.from - b.from);

/**
 * The stretches of time for which the service had promised the lock, as its acknowledgements show.
 *
 * - The grant promises until `validUntil` (without one: for as long as the connection, or for ever).
 * - A renewal that was acknowledged promises from when it was *sent* until its own `validUntil`, whenever the
 *   acknowledgement was read: a holder that was frozen reads it late, and the service is bound by it all the same.
 * - A renewal that was sent and never answered promises nothing: there is no event of it.
 * - A renewal sent after the lease had lapsed begins a new stretch: the gap before it was not promised to anybody.
 */
export function coverageOf(ok: ClientEvent, renewals: readonly Interval[]): readonly Interval[] {
  const stretches: { from: Nanos; to: Nanos }[] = [{ from: ALWAYS, to: ok.validUntil ?? EVER }];
  for (const { from, to } of renewals) {
    const last = stretches.at(-1);
    if (!last || from > last.to) stretches.push({ from, to });
    else last.to = Math.max(last.to, to) as Nanos;
  }
  return stretches;
}
