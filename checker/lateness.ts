import type { FaultSummary } from "./types.js";
import { leaseEndBefore } from "./explain/words.js";
import { freezesOf } from "./facts/faults.js";
import type { GrantFact } from "./facts/index.js";
import { contains } from "./intervals.js";

/** A client that was frozen so shortly before it was told OK may have been told in time, and read it late. */
const JUST_BEFORE_NS = 100e6;

/** Told OK after its own client had said that the lock is lost. */
export const isClaimed = ({ acquire: { completion: ok }, lost }: GrantFact): boolean =>
  lost !== null && (lost.index ?? 0) < (ok.index ?? 0);

/** Told OK at or after the end of its own lease, or after its own client had said that it is lost. */
export const isLate = (grant: GrantFact): boolean =>
  isClaimed(grant) || !grant.coverage.some((stretch) => contains(stretch, grant.from));

/**
 * The freeze that lay just before a grant's `ok`, if one did. One that lets its client run in between explains no more
 * than one of its stops: by then at the latest it had seen that its lease is over.
 */
export function frozenJustBefore(
  grant: GrantFact,
  faults: readonly FaultSummary[],
): FaultSummary | undefined {
  return freezesOf(grant.client, faults).find(
    (fault) =>
      fault.from < grant.from &&
      fault.to + JUST_BEFORE_NS >= grant.from &&
      (fault.stopMs === undefined || lateBy(grant) <= fault.stopMs * 1e6 + JUST_BEFORE_NS),
  );
}

/** ns from the end of its lease, or from when its client said that it is lost, to its `ok`. */
function lateBy(grant: GrantFact): number {
  const end = leaseEndBefore(grant, grant.from) ?? grant.from;
  return grant.from - Math.min(end, grant.lost?.time ?? end);
}
