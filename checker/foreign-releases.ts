import type { Op } from "../src/history/pairs.js";
import { contains } from "./intervals.js";
import type { Facts, GrantFact } from "./facts/index.js";
import { sessionEndOf, sessionWasOver } from "./facts/sessions.js";

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
 * wrongly has two holders releases each of them.
 */
export function foreignReleasesOf(facts: Facts): readonly ForeignRelease[] {
  return [...facts.grantsByLock.values()].flatMap((grants) => inLock(grants, facts));
}

/**
 * In order of the releases: whose lock was freed holds no more, whatever its lease says, so its own release later on is
 * a foreign one too. By DEL without a look one such release begins a chain of them. So is that of one whose session a
 * fault had ended.
 */
function inLock(grants: readonly GrantFact[], facts: Facts): readonly ForeignRelease[] {
  const freed = new Set<GrantFact>();
  const found: ForeignRelease[] = [];
  const releases = grants
    .flatMap((by, index) =>
      by.release?.completion?.type === "ok" ? [{ by, index, release: by.release }] : [],
    )
    .toSorted((a, b) => a.release.from - b.release.from);
  for (const { by, index, release } of releases) {
    const asked = release.invoke.time;
    const held =
      !freed.has(by) && by.cores.some((core) => core.to >= asked) && !sessionWasOver(by, asked, facts);
    const victim = held ? null : victimOf(release, index, grants, freed, facts);
    if (!victim) continue;
    freed.add(victim.victim);
    found.push({ by, release, ...victim });
  }
  return found;
}

/**
 * Only what was granted after the releaser and before its release was carried out can be its victim; grants are in order
 * of their `ok`. The release was carried out between its two events, and whoever had asked by then may have been granted
 * the lock before, and have heard of it later: the first to hear after the answer at the latest. But where renewals are
 * hidden the releaser may have held still, and only who had been told before shows that it did not.
 */
function victimOf(
  { invoke, completion }: Op,
  index: number,
  grants: readonly GrantFact[],
  freed: ReadonlySet<GrantFact>,
  facts: Facts,
): Pick<ForeignRelease, "victim" | "next"> | null {
  const answered = completion?.time ?? invoke.time;
  const hidden = facts.context.promises.renewals === "hidden";
  for (let at = index + 1; at < grants.length; at += 1) {
    const victim = grants[at];
    if (!victim || (hidden && victim.from > invoke.time)) return null;
    if (!freed.has(victim) && victim.acquire.invoke.time < answered) {
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

/** It was no release that freed its lock: its session was ended, or its connection closed, before the next was let in. */
const endedBefore = (victim: GrantFact, { from }: GrantFact, facts: Facts): boolean =>
  sessionEndOf(victim, from, facts) !== undefined ||
  (facts.context.promises.lease === "connection" && victim.lost !== null && victim.lost.time <= from);

function firstAfter(time: number, at: number, grants: readonly GrantFact[]): GrantFact | undefined {
  for (let n = at; n < grants.length; n += 1) {
    const grant = grants[n];
    if (grant && grant.from > time) return grant;
  }
  return undefined;
}
