import type { GrantId } from "../src/history/event.js";
import { intersection, type Interval } from "./intervals.js";
import type { Facts, GrantFact } from "./facts/index.js";
import { sessionEndOf } from "./facts/sessions.js";
import { disordersOf, tellingTokens } from "./tokens.js";

/** Two grants of one lock that were believed in at once. */
export interface Overlap extends Interval {
  /** By token where both have one and tokens tell; else by their `ok`, but for one whose session was ended before that. */
  readonly earlier: GrantFact;
  readonly later: GrantFact;
}

/**
 * Every pair of beliefs that share more than a point, in order of the moment at which they begin to. A sweep over the
 * beginnings: against each new belief stand only those that have not ended, at most one a client, so it is
 * O(grants x clients).
 */
export function overlapsOf(facts: Facts, tokensTell = tellingTokens(disordersOf(facts))): readonly Overlap[] {
  const overlaps: Overlap[] = [];
  for (const [lock, grants] of facts.grantsByLock) {
    const byToken = tokensTell(lock);
    let open: GrantFact[] = [];
    for (const grant of grants) {
      open = open.filter((other) => other.to > grant.from);
      for (const other of open) {
        const shared = intersection(other, grant);
        if (shared) overlaps.push({ ...shared, ...inOrder(other, grant, byToken, facts) });
      }
      open.push(grant);
    }
  }
  return overlaps.toSorted((a, b) => a.from - b.from);
}

/**
 * `first` was told OK first. The service may have granted in the other order: tokens know better. Without them a session
 * shows it that was ended before `first` was told: `second` had been granted the lock by then, and heard of it too late.
 */
function inOrder(
  first: GrantFact,
  second: GrantFact,
  byToken: boolean,
  facts: Facts,
): Pick<Overlap, "earlier" | "later"> {
  const known = byToken && first.token !== null && second.token !== null;
  const ended = (one: GrantFact, other: GrantFact): boolean =>
    sessionEndOf(one, other.from, facts) !== undefined;
  const turned = known
    ? (second.token ?? 0n) < (first.token ?? 0n)
    : ended(second, first) && !ended(first, second);
  return turned ? { earlier: second, later: first } : { earlier: first, later: second };
}

/** Finds the overlap of two grants, whichever is the earlier. */
export function overlapIndex<T extends Overlap>(
  overlaps: readonly T[],
): (a: GrantFact, b: GrantFact) => T | undefined {
  const key = (a: GrantId, b: GrantId): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
  const byPair = new Map(overlaps.map((overlap) => [key(overlap.earlier.id, overlap.later.id), overlap]));
  return (a, b) => byPair.get(key(a.id, b.id));
}
