import type { History } from "../src/history/history.js";
import { analyse, type Analysis } from "./analysis.js";
import type { CausedOverlap } from "./cause.js";
import { fenceBreach } from "./findings/fence-breach.js";
import { harmOf, overlap, writesByGrant, type WritesByGrant } from "./findings/overlap.js";
import { tokenOrder } from "./findings/token-order.js";
import { unlockedWrite } from "./findings/unlocked-write.js";
import { placed } from "./placed.js";
import type { Disorder } from "./tokens.js";
import type { Finding } from "./types.js";

/**
 * The violations that a run already shows while it goes on, and that its verdict will have, whatever comes. Of each
 * client, the register and the tester some first part of what they record must be there; of the clients at least as
 * much as of the tester, or one that was killed would seem to have held on.
 *
 * More is found at the end. What is left out here is what may look otherwise when more is known:
 *
 * - An overlap without harm is a note if it turns out that the lease was outlived: a renewal that was acknowledged in
 *   time may be read seconds later, and the reverse, an ended session may be told of last. So only overlaps with harm
 *   count, and those of two cores where no session can have been ended: cores only grow.
 * - A lost update may come back, when one who had read it before it was lost writes in turn.
 * - A stale write goes by tokens, and these may still show that they tell nothing.
 */
export function certainViolations(history: History): readonly Finding[] {
  const analysis = analyse(placed(history));
  const writes = writesByGrant(analysis);
  return [
    ...overlap.check(analysis).filter((_, n) => isCertain(analysis.overlaps[n], analysis, writes)),
    ...tokenOrder.check(analysis).filter((_, n) => isForEver(analysis.disorders[n])),
    ...fenceBreach.check(analysis),
    ...unlockedWrite.check(analysis),
  ];
}

function isCertain(
  pair: CausedOverlap | undefined,
  { context, faults }: Analysis,
  writes: WritesByGrant,
): boolean {
  if (pair === undefined || context.fencing === "on") return false;
  if (pair.cause === "not-a-lock") return true;
  const { earlier, later } = pair;
  // Which of the two is the earlier one must hang neither on tokens nor on the order of a tie.
  if (earlier.from >= later.from) return false;
  if (harmOf(pair, writes) !== undefined) return true;
  const sessions =
    context.promises.lease === "connection" ||
    context.nemeses.some(ends) ||
    faults.some(({ name }) => ends(name));
  return pair.cause === "service" && !sessions;
}

/** What was told before another was asked for, by the clock and not by the order of a tie, or the same token twice. */
function isForEver(disorder: Disorder | undefined): boolean {
  if (disorder?.how !== "asked-for-afterwards") return disorder?.how === "repeated";
  return disorder.before.from < disorder.grant.acquire.invoke.time;
}

const ends = (name: string): boolean => name.startsWith("session") || name === "all";

/** The same for the same trouble, in the record so far and in all of it. */
export function nameOf({ kind, lock, grants = [], time }: Finding): string {
  // Of two that were given one token at one instant, either may be called the second.
  const names = kind === "token-order" ? [grants[1]?.token] : grants.map(({ grant }) => grant).toSorted();
  return [kind, lock ?? "", ...(names.length > 0 ? names : [String(time)])].join(" ");
}
