import type { Nanos } from "../src/history/event.js";
import type { Op } from "../src/history/pairs.js";
import { isExcepted, SERVICE, whileGranted } from "./cause.js";
import { contains, meet } from "./intervals.js";
import { inEffect } from "./facts/faults.js";
import type { Facts, GrantFact } from "./facts/index.js";
import { sessionEndOf, sessionEndTriedOn, sessionWasOver } from "./facts/sessions.js";

/** A release by one who no longer held that freed another's lock, as the next grant shows. */
export interface ForeignRelease {
  readonly by: GrantFact;
  readonly release: Op;
  /** Whose lock it freed. */
  readonly victim: GrantFact;
  /** Who was granted it thereupon, while the victim rightly held. */
  readonly next: GrantFact;
}

/**
 * Releases answered `released` that came after their own hold was over, while another rightly held, and after which a
 * third was granted the lock while that other still rightly held. Without the third nobody can tell: a service that
 * wrongly has two holders releases each of them. Where it is known to do that, only a release of which it is certain that
 * its own hold was over shows anything.
 */
export function foreignReleasesOf(facts: Facts): readonly ForeignRelease[] {
  const all = [...facts.grantsByLock.values()];
  const found = all.flatMap((grants) => inLock(grants, facts, true));
  return found.length > 0 && grantsTwice(facts)
    ? all.flatMap((grants) => inLock(grants, facts, false))
    : found;
}

/**
 * Whether two rightly held a lock at once, before any release of it that may have come when its own hold was over: so that
 * was the service alone. What its documentation excuses, by a fault, does not show that it does so without.
 */
export function grantsTwice(facts: Facts): boolean {
  return [...facts.grantsByLock.values()].some((grants) => {
    const stray = grants
      .filter((by) => by.release && by.release.outcome !== "fail" && isStray(by, by.release, facts))
      .reduce((first, { release }) => Math.min(first, release?.invoke.time ?? first), Infinity);
    let open: GrantFact[] = [];
    for (const grant of grants) {
      if (grant.from >= stray) return false;
      open = open.filter(({ to }) => to > grant.from);
      if (mayHaveEnded(grant, facts)) continue;
      if (
        open.some(
          (other) =>
            meet(other.cores, grant.cores) && !isExcepted(whileGranted([other, grant]), SERVICE, facts),
        )
      )
        return true;
      open.push(grant);
    }
    return false;
  });
}

/** One that was not answered may have been carried out at any time since. */
const isStray = (by: GrantFact, { invoke: { time }, outcome }: Op, facts: Facts): boolean =>
  outcome === "info" || by.cores.every(({ to }) => to < time) || mayHaveEnded(by, facts);

/** Whether a fault ended its session, or may have, or its connection closed. */
export const mayHaveEnded = (grant: GrantFact, facts: Facts): boolean =>
  sessionEndOf(grant, grant.to, facts) !== undefined ||
  sessionEndTriedOn(grant, grant.to, facts) !== undefined ||
  (facts.context.promises.lease === "connection" && grant.lost !== null);

/**
 * In order of the releases: whose lock was freed holds no more, whatever its lease says, so its own release later on is
 * a foreign one too. By DEL without a look one such release begins a chain of them. So is that of one whose session a
 * fault had ended.
 */
function inLock(grants: readonly GrantFact[], facts: Facts, likely: boolean): readonly ForeignRelease[] {
  const freed = new Set<GrantFact>();
  const found: ForeignRelease[] = [];
  const releases = grants
    .flatMap((by, index) =>
      by.release?.completion?.type === "ok" ? [{ by, index, release: by.release }] : [],
    )
    .toSorted((a, b) => a.release.from - b.release.from);
  for (const { by, index, release } of releases) {
    const asked = release.invoke.time;
    const ended = freed.has(by) || sessionWasOver(by, asked, facts);
    const held = !ended && by.cores.some((core) => core.to >= asked);
    const over = ended || isOver(by, asked, facts);
    const victim =
      held || !(over || likely) ? null : victimOf({ by, release, index }, grants, freed, over, facts);
    if (!victim) continue;
    freed.add(victim.victim);
    found.push({ by, release, ...victim });
  }
  return found;
}

/**
 * Whether its lease was certainly over at the service, too. A client counts it from when it asked, and the service from when
 * it carried that out, at the latest when it answered, by a clock that nobody set. A renewal of which nobody heard may have
 * been carried out at any time, and made it longer; a connection ends when the service says so.
 */
function isOver({ acquire, from }: GrantFact, time: Nanos, { faults, context }: Facts): boolean {
  const { lease, renewals } = context.promises;
  if (renewals !== "none" || lease === "connection") return false;
  const during = { from: acquire.invoke.time, to: time };
  const set = inEffect(faults, during).some(
    ({ name, nodes }) => name === "clock" && nodes.some((node) => !context.clients.includes(node)),
  );
  return time >= from + context.ttlMs * 1e6 && !set;
}

/**
 * Only what was granted after the releaser and before its release was carried out can be its victim; grants are in order
 * of their `ok`. The release was carried out between its two events, and whoever had asked by then may have been granted
 * the lock before, and have heard of it later: the first to hear after the answer at the latest.
 *
 * Unless its own hold was certainly over the release may have been in time. Then only one who had been told before shows that
 * the releaser held no more; not one who was told when that still rightly held, for whom the service let in beside another
 * it may have let in for longer.
 */
function victimOf(
  { by, release, index }: { readonly by: GrantFact; readonly release: Op; readonly index: number },
  grants: readonly GrantFact[],
  freed: ReadonlySet<GrantFact>,
  over: boolean,
  facts: Facts,
): Pick<ForeignRelease, "victim" | "next"> | null {
  const { invoke, completion } = release;
  const answered = completion?.time ?? invoke.time;
  for (let at = index + 1; at < grants.length; at += 1) {
    const victim = grants[at];
    if (!victim || (!over && victim.from > invoke.time)) return null;
    const beside = !over && meet(by.cores, victim.cores);
    if (!freed.has(victim) && !beside && victim.acquire.invoke.time < answered) {
      const since = Math.max(invoke.time, victim.from);
      const core = victim.cores.find((stretch) => contains(stretch, since));
      const next = core && firstAfter(since, at + 1, grants);
      if (core && next && contains(core, next.from) && !endedBefore(victim, next, facts))
        return { victim, next };
    }
    if (victim.from >= answered) return null;
  }
  return null;
}

/** It was no release that freed its lock: its session may have been ended, or its connection closed, before the next was let in. */
const endedBefore = (victim: GrantFact, { from }: GrantFact, facts: Facts): boolean =>
  sessionEndOf(victim, from, facts) !== undefined ||
  sessionEndTriedOn(victim, from, facts) !== undefined ||
  (facts.context.promises.lease === "connection" && victim.lost !== null && victim.lost.time <= from);

function firstAfter(time: number, at: number, grants: readonly GrantFact[]): GrantFact | undefined {
  for (let n = at; n < grants.length; n += 1) {
    const grant = grants[n];
    if (grant && grant.from > time) return grant;
  }
  return undefined;
}
