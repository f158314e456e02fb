import type { Op } from "../src/history/pairs.js";
import { contains } from "./intervals.js";
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
    const ended = freed.has(by) || sessionWasOver(by, asked, facts);
    const held = !ended && by.cores.some((core) => core.to >= asked);
    const victim = held ? null : victimOf({ by, release, index }, grants, freed, ended, facts);
    if (!victim) continue;
    freed.add(victim.victim);
    found.push({ by, release, ...victim });
  }
  return found;
}

/**
 * Only what was granted after the releaser and before its release was carried out can be its victim; grants are in order
 * of their `ok`. The release was carried out between its two events, and whoever had asked by then may have been granted
 * the lock before, and have heard of it later: the first to hear after the answer at the latest.
 *
 * But a client counts its lease from when it asked, and the service from when it carried that out, at the latest when it
 * answered, and by a renewal whose answer was never read for one more lease; until then the release may have been in time.
 * So it may where renewals are hidden. Then only one who had been told before shows that the releaser held no more.
 */
function victimOf(
  { by, release, index }: { readonly by: GrantFact; readonly release: Op; readonly index: number },
  grants: readonly GrantFact[],
  freed: ReadonlySet<GrantFact>,
  ended: boolean,
  facts: Facts,
): Pick<ForeignRelease, "victim" | "next"> | null {
  const { invoke, completion } = release;
  const answered = completion?.time ?? invoke.time;
  const { promises, ttlMs } = facts.context;
  const kept = promises.renewals === "none" ? by.from : (by.coverage.at(-1)?.to ?? by.from);
  const over = ended || (promises.renewals !== "hidden" && invoke.time >= kept + ttlMs * 1e6);
  for (let at = index + 1; at < grants.length; at += 1) {
    const victim = grants[at];
    if (!victim || (!over && victim.from > invoke.time)) return null;
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
