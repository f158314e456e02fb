import type { Nanos } from "../../src/history/event.js";
import { inEffect } from "./faults.js";
import type { Facts, GrantFact } from "./index.js";

/**
 * Ids of the faults that may have led to what two grants did to each other by `time`: in effect since the first of them,
 * for what led to it may have been over by then (a leader that woke up and ended a lease), and on one of the two or on a
 * server.
 */
export function faultsBehind(
  a: GrantFact,
  b: GrantFact,
  time: Nanos,
  { faults, context }: Facts,
): readonly string[] {
  const during = { from: Math.min(a.from, b.from) as Nanos, to: time };
  const concerns = (node: string): boolean =>
    node === a.client || node === b.client || !context.clients.includes(node);
  return inEffect(faults, during)
    .filter(({ nodes }) => nodes.some(concerns))
    .map(({ id }) => id);
}
