import type { Op } from "../src/history/pairs.js";
import { contains } from "./intervals.js";
import type { Facts, GrantFact } from "./facts/index.js";

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
export function foreignReleasesOf({ grantsByLock }: Facts): readonly ForeignRelease[] {
  return [...grantsByLock.values()].flatMap((grants) =>
    grants.flatMap((by, index) => foreignRelease(by, index, grants) ?? []),
  );
}

function foreignRelease(by: GrantFact, index: number, grants: readonly GrantFact[]): ForeignRelease | null {
  const { release } = by;
  if (release?.completion?.type !== "ok") return null;
  const asked = release.invoke.time;
  if (by.cores.some((core) => core.to >= asked)) return null; // it rightly held until it released
  // Only what was granted after this one and before its release can be its victim; grants are in order of their `ok`.
  for (let at = index + 1; at < grants.length; at += 1) {
    const victim = grants[at];
    if (!victim || victim.from >= asked) return null;
    const core = victim.cores.find((stretch) => contains(stretch, asked));
    const next = core && firstAfter(asked, at + 1, grants);
    if (core && next && contains(core, next.from)) return { by, release, victim, next };
  }
  return null;
}

function firstAfter(time: number, at: number, grants: readonly GrantFact[]): GrantFact | undefined {
  for (let n = at; n < grants.length; n += 1) {
    const grant = grants[n];
    if (grant && grant.from > time) return grant;
  }
  return undefined;
}
