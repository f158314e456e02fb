import type { Op } from "../src/history/pairs.js";
import type { Facts, GrantFact } from "./facts/index.js";
import { sessionWasOver } from "./facts/sessions.js";
import { foreignReleasesOf, grantsTwice, mayHaveEnded, type ForeignRelease } from "./foreign-releases.js";
import { contains, type Interval } from "./intervals.js";
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
 * was answered, and the earlier's lock may have been there by then to be freed: since it was asked for, and unless another
 * rightly held as the release was carried out, and came to its end before the earlier one was told. One does who had been told
 * as the release was asked for, or has the lower token, and whose lock no other release may have freed before. Where nothing
 * shows whether releases look, only one that came when its own hold was over is a suspect; and an answered one only of a
 * service that is not seen to let in two by itself. Of several the last, which needs the least of a delay.
 */
export function suspectsOf(
  facts: Facts,
  looks: boolean | null,
  tokensTell: (lock: string) => boolean,
): (overlap: Overlap) => Suspect | undefined {
  const { grantsByLock } = facts;
  if (looks === true) return () => undefined;
  const likely = looks === false;
  const answers = likely || !grantsTwice(facts);
  const byLock = new Map(
    [...grantsByLock].map(([lock, grants]) => [lock, candidates(grants, likely, answers)]),
  );
  const endings = new Map([...grantsByLock].map(([lock, grants]) => [lock, endingsOf(grants, facts)]));
  return ({ earlier, later }) => {
    const since = grantedSince(earlier, facts);
    const ended = endings.get(earlier.lock) ?? [];
    const list = byLock.get(earlier.lock) ?? [];
    const end = firstFrom(list.length, (n) => (list[n]?.release.invoke.time ?? 0) >= later.from);
    for (let n = end - 1; n >= 0; n -= 1) {
      const one = list[n];
      if (!one || one.latest <= since) return undefined;
      if (one.answered <= since) continue;
      const first = firstFrom(ended.length, (place) => (ended[place]?.core.to ?? 0) >= one.answered);
      const after = firstFrom(ended.length, (place) => (ended[place]?.core.to ?? 0) > earlier.from);
      const before = ({ grant, core }: Ending): boolean =>
        core.from <= one.release.invoke.time ||
        (tokensTell(grant.lock) && core.from === grant.from && hasLower(grant, earlier));
      const barred = ended
        .slice(first, after)
        .some((ending) => before(ending) && othersBefore(list, n) <= grantedSince(ending.grant, facts));
      if (!barred) return { by: one.by, release: one.release, likely };
    }
    return undefined;
  };
}

/** Not before it was asked for, at the last try. */
const grantedSince = ({ acquire }: GrantFact, { context }: Facts): number =>
  Math.max(acquire.invoke.time, (acquire.completion.validUntil ?? 0) - context.ttlMs * 1e6);

const hasLower = (one: GrantFact, other: GrantFact): boolean =>
  one.token !== null && other.token !== null && one.token < other.token;

interface Ending {
  readonly grant: GrantFact;
  readonly core: Interval;
}

/** Of those that rightly held, by no fault for a shorter time than they knew: in order of the ends. */
const endingsOf = (grants: readonly GrantFact[], facts: Facts): readonly Ending[] =>
  grants
    .filter((grant) => !mayHaveEnded(grant, facts))
    .flatMap((grant) => grant.cores.map((core) => ({ grant, core })))
    .toSorted((a, b) => a.core.to - b.core.to);

/** When the last of the others was answered that may have been carried out before one was. */
function othersBefore(list: readonly Candidate[], place: number): number {
  const answered = list[place]?.answered ?? 0;
  let latest = list[place - 1]?.latest ?? -Infinity;
  for (let n = place + 1; (list[n]?.release.invoke.time ?? Infinity) < answered; n += 1)
    latest = Math.max(latest, list[n]?.answered ?? latest);
  return latest;
}

interface Candidate {
  readonly by: GrantFact;
  readonly release: Op;
  /** Infinity: never. `latest`: of this one and those asked for before it. */
  readonly answered: number;
  readonly latest: number;
}

/** In order of the questions. `answers`: also those that were answered. */
function candidates(grants: readonly GrantFact[], likely: boolean, answers: boolean): readonly Candidate[] {
  let latest = -Infinity;
  return grants
    .flatMap((by) => {
      const { release, cores } = by;
      if (!release || release.outcome === "fail") return [];
      const asked = release.invoke.time;
      const open = release.outcome === "info";
      if (!(open || answers) || !(likely || cores.every(({ to }) => to < asked))) return [];
      return [{ by, release, answered: open ? Infinity : (release.completion?.time ?? Infinity) }];
    })
    .toSorted((a, b) => a.release.from - b.release.from)
    .map((one) => ({ ...one, latest: (latest = Math.max(latest, one.answered)) }));
}

/** The first place of a list from which on something is so. */
function firstFrom(length: number, isSo: (place: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
