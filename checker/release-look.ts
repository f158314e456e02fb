import type { Op } from "../src/history/pairs.js";
import type { Facts, GrantFact } from "./facts/index.js";
import { sessionWasOver } from "./facts/sessions.js";
import { foreignReleasesOf, type ForeignRelease } from "./foreign-releases.js";
import { contains } from "./intervals.js";
import type { Overlap } from "./overlaps.js";

/**
 * Whether a release looks first whose lock it is, as most of the run shows. No: those that freed another's, or were
 * answered that they had released when a fault had ended their session. Yes: those that came too late and were refused
 * while another rightly held. One of either may be mistaken: a release that came when its lease was only just over may
 * have been in time, and who rightly held may have been robbed. Null: none was seen.
 */
export function looksBeforeRelease(
  facts: Facts,
  released: readonly ForeignRelease[] = foreignReleasesOf(facts),
): boolean | null {
  const blind = facts.grants.filter(
    (by) => by.release?.outcome === "ok" && sessionWasOver(by, by.release.invoke.time, facts),
  );
  const freed = new Set([...released.map(({ by }) => by), ...blind]).size;
  const refused = [...facts.grantsByLock.values()].reduce((sum, grants) => sum + refusedIn(grants), 0);
  return freed + refused === 0 ? null : refused > freed;
}

/** How many releases were refused while another rightly held all the while. A sweep, as over beliefs that overlap. */
function refusedIn(grants: readonly GrantFact[]): number {
  const late = grants
    .flatMap(({ client, release }) => {
      const answer = release?.outcome === "fail" ? release.completion : null;
      return release && answer ? [{ client, asked: release.invoke.time, answered: answer.time }] : [];
    })
    .toSorted((a, b) => a.asked - b.asked);
  let count = 0;
  let next = 0;
  let open: GrantFact[] = [];
  for (const { client, asked, answered } of late) {
    for (let grant = grants[next]; grant && grant.from <= asked; grant = grants[(next += 1)])
      open.push(grant);
    open = open.filter(({ to }) => to > asked);
    const another = open.some(
      (other) =>
        other.client !== client &&
        other.cores.some((core) => contains(core, asked) && contains(core, answered)),
    );
    if (another) count += 1;
  }
  return count;
}

/** A release that may have freed another's lock. */
export interface Suspect {
  readonly by: GrantFact;
  readonly release: Op;
  /** Others of the run did so, too. */
  readonly likely: boolean;
}

/**
 * Finds the release that may have let the later of two in, while the earlier one rightly held, though nobody can know. It
 * was not answered, so it may have been carried out at any time since: what is sent before a cut arrives after it. Or it
 * was answered, and the earlier's lock may have been there by then to be freed. Where nothing shows whether releases
 * look, only an unanswered one that came when its own hold was over is a suspect. Of several the last, which needs the
 * least of a delay.
 */
export function suspectsOf(
  { grantsByLock, context }: Facts,
  looks: boolean | null,
): (overlap: Overlap) => Suspect | undefined {
  if (looks === true) return () => undefined;
  const likely = looks === false;
  const byLock = new Map([...grantsByLock].map(([lock, grants]) => [lock, candidates(grants, likely)]));
  return ({ earlier, later }) => {
    const { invoke, completion } = earlier.acquire;
    const { validUntil } = completion;
    const since = validUntil === undefined ? invoke.time : validUntil - context.ttlMs * 1e6;
    const list = byLock.get(earlier.lock) ?? [];
    for (let n = before(list, later.from); n >= 0; n -= 1) {
      const one = list[n];
      if (!one || one.latest <= since) return undefined;
      if (one.answered > since) return { by: one.by, release: one.release, likely };
    }
    return undefined;
  };
}

interface Candidate {
  readonly by: GrantFact;
  readonly release: Op;
  /** Infinity: never. `latest`: of this one and those asked for before it. */
  readonly answered: number;
  readonly latest: number;
}

/** In order of the questions. */
function candidates(grants: readonly GrantFact[], likely: boolean): readonly Candidate[] {
  let latest = -Infinity;
  return grants
    .flatMap((by) => {
      const { release, cores } = by;
      if (!release || release.outcome === "fail") return [];
      const asked = release.invoke.time;
      const open = release.outcome === "info";
      if (!likely && !(open && cores.every(({ to }) => to < asked))) return [];
      return [{ by, release, answered: open ? Infinity : (release.completion?.time ?? Infinity) }];
    })
    .toSorted((a, b) => a.release.from - b.release.from)
    .map((one) => ({ ...one, latest: (latest = Math.max(latest, one.answered)) }));
}

/** Place of the last one that was asked for before then; -1: none. */
function before(list: readonly Candidate[], time: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.release.invoke.time ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
