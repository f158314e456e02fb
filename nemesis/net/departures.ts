import type { Shaping } from "./shaping.js";

/** What one way between two hosts remembers of the packets before. Times in ms. */
export interface Lane {
  /** When the one before has left a link of limited rate. */
  readonly freeAt: number;
  /** When the last one that keeps its place goes out. */
  readonly lastAt: number;
}

export const EMPTY_LANE: Lane = { freeAt: 0, lastAt: 0 };

/**
 * When a packet goes out: never, once or twice. Delays keep packets in order, as a longer cable does; only those that
 * are reordered overtake. `random` gives numbers in [0, 1).
 */
export function departures(
  { delayMs, jitterMs, loss, duplicate, reorder, rateKbit }: Shaping,
  lane: Lane,
  packet: { readonly now: number; readonly bytes: number },
  random: () => number,
): { readonly at: readonly number[]; readonly lane: Lane } {
  if (random() < loss) return { at: [], lane };
  const begins = Math.max(packet.now, lane.freeAt);
  const sent = rateKbit === null ? packet.now : begins + (packet.bytes * 8) / rateKbit;
  const freeAt = rateKbit === null ? lane.freeAt : sent;
  const copies = random() < duplicate ? 2 : 1;
  const overtakes = random() < reorder;
  const late = sent + Math.max(0, delayMs + (2 * random() - 1) * jitterMs);
  const at = overtakes ? sent : Math.max(late, lane.lastAt);
  return {
    at: Array.from({ length: copies }, () => at),
    lane: { freeAt, lastAt: overtakes ? lane.lastAt : at },
  };
}
