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
 * The freeze that lay just before a grant's `ok`, if one did and nearly all that it came too late by was slept away. One that
 * began when its client had long run on without a look at its lease explains nothing; one that lets its client run in between
 * explains no more than one of its stops.
 */
export function frozenJustBefore(
  grant: GrantFact,
  faults: readonly FaultSummary[],
): FaultSummary | undefined {
  const freezes = freezesOf(grant.client, faults);
  const ran = ranLate(grant, freezes);
  return freezes.find(
    ({ from, to, stopMs = 0 }) =>
      from < grant.from && to + JUST_BEFORE_NS >= grant.from && ran <= stopMs * 1e6 + JUST_BEFORE_NS,
  );
}

/** ns that its client ran from the end of its lease, or from when it said that it is lost, to its `ok`. */
function ranLate(grant: GrantFact, freezes: readonly FaultSummary[]): number {
  const end = leaseEndBefore(grant, grant.from) ?? grant.from;
  let since = Math.min(end, grant.lost?.time ?? end);
  let ran = 0;
  for (const { from, to } of freezes.filter(isWhole).toSorted((a, b) => a.from - b.from)) {
    ran += Math.max(0, Math.min(from, grant.from) - since);
    since = Math.max(since, to);
  }
  return ran + Math.max(0, grant.from - since);
}

/** Not one of many short stops. */
const isWhole = ({ stopMs }: FaultSummary): boolean => stopMs === undefined;
