import { isLate } from "./lateness.js";
import { looksBeforeRelease } from "./release-look.js";
import type { Facts, GrantFact } from "./facts/index.js";
import { sessionEndOf, sessionEndTriedOn } from "./facts/sessions.js";

/** Two grants of one lock whose tokens contradict the order in which they were granted. */
export interface Disorder {
  readonly before: GrantFact;
  /** Its token repeats, or is the lower one though it came after. */
  readonly grant: GrantFact;
  readonly how: "repeated" | "asked-for-afterwards" | "held-afterwards";
}

/**
 * Tokens are in order iff some moment can be given to each grant, between its question and its answer, such that tokens
 * rise with these moments and no grant falls into what was promised to another. Three ways to break that:
 *
 * - The same token twice.
 * - Asked for afterwards: B was asked for when A's token had been returned, and has a lower one. Two acquires that were
 *   under way at once may come in either order, so nothing else can be said from questions and answers alone.
 * - Held afterwards: both were under way at once, A (token 42) was told, held and came to its end, and then B was told,
 *   in time, with token 41. Had B been granted first, as 41 says, it would have held rightly from then on until it was
 *   told and longer, so that 42 was granted in the midst of it: either the tokens are out of order or the lock was
 *   granted twice. The service broke its word in both.
 *
 * What breaks the third the other way, so that nothing is said there: B was granted first, and then its hold ended before
 * it was told of it. Its lease ran out while the answer was under way (then B is late); its session was ended by a fault;
 * somebody's release, without a look, freed what was B's; its connection closed (whether it still stood, only an
 * acknowledged release shows). Nor can it be said of a recipe that excludes nobody.
 */
export function disordersOf(facts: Facts, looks = looksBeforeRelease(facts)): readonly Disorder[] {
  return [...facts.grantsByLock.values()].flatMap((grants) => inLock(grants, facts, looks));
}

/** Whether tokens tell which of two grants of a lock is the later one: not where they contradict what was seen. */
export function tellingTokens(disorders: readonly Disorder[]): (lock: string) => boolean {
  const disordered = new Set(disorders.map(({ grant }) => grant.lock));
  return (lock) => !disordered.has(lock);
}

/** Each grant at most once, in order of the questions. `grants` are in order of their `ok`. */
function inLock(grants: readonly GrantFact[], facts: Facts, looks: boolean | null): readonly Disorder[] {
  const withToken = grants.filter(({ token }) => token !== null);
  const told = highestSoFar(withToken);
  const over =
    facts.context.promises.exclusion === "none" ? () => undefined : heldBefore(withToken, facts, looks);
  const seen = new Map<bigint, GrantFact>();
  const disorders: Disorder[] = [];
  for (const grant of withToken.toSorted((a, b) => a.acquire.from - b.acquire.from)) {
    const token = tokenOf(grant);
    const twin = seen.get(token);
    const asked = told(grant.acquire.from);
    const held = over(grant);
    if (twin) disorders.push({ before: twin, grant, how: "repeated" });
    else if (asked && tokenOf(asked) > token)
      disorders.push({ before: asked, grant, how: "asked-for-afterwards" });
    else if (held) disorders.push({ before: held, grant, how: "held-afterwards" });
    seen.set(token, twin ?? grant);
  }
  return disorders;
}

const tokenOf = ({ token }: GrantFact): bigint => token ?? -1n;
const highest = (a: GrantFact | undefined, b: GrantFact): GrantFact =>
  a === undefined || tokenOf(b) > tokenOf(a) ? b : a;

/** Finds the greatest token that was returned before a place in the history; asked for rising places only. */
function highestSoFar(grants: readonly GrantFact[]): (place: number) => GrantFact | undefined {
  let next = 0;
  let found: GrantFact | undefined;
  return (place) => {
    for (let grant = grants[next]; grant && grant.acquire.to < place; grant = grants[(next += 1)])
      found = highest(found, grant);
    return found;
  };
}

/** Finds one with a higher token that was told, held and came to its end before a grant was told that stood all the while. */
function heldBefore(
  grants: readonly GrantFact[],
  facts: Facts,
  looks: boolean | null,
): (grant: GrantFact) => GrantFact | undefined {
  const inTime = grants.filter((grant) => !isLate(grant));
  const ended = inTime.toSorted((a, b) => endOf(a) - endOf(b));
  const doubtOf = doubts(grants, facts, looks);
  const contradicted = new Map<GrantFact, GrantFact>();
  let count = 0;
  let most: GrantFact | undefined;
  for (const grant of inTime) {
    const cameAndWent = (one: GrantFact): boolean => endOf(one) <= grant.from && one.from < grant.from;
    for (let one = ended[count]; one && cameAndWent(one); one = ended[(count += 1)])
      most = highest(most, one);
    if (!most || tokenOf(most) <= tokenOf(grant)) continue;
    const doubt = doubtOf(grant);
    const inTrust = (one: GrantFact): boolean => one.from < doubt;
    const found = inTrust(most)
      ? most
      : ended.slice(0, count).find((one) => tokenOf(one) > tokenOf(grant) && inTrust(one));
    if (found) contradicted.set(grant, found);
  }
  return (grant) => contradicted.get(grant);
}

/** When it had come to its end: the last moment at which it rightly held. */
const endOf = ({ cores, from }: GrantFact): number => cores.at(-1)?.to ?? from;

/** Finds the first moment at which a grant may have ended before its client was told of it; Infinity: it surely stood. */
function doubts(
  grants: readonly GrantFact[],
  facts: Facts,
  looks: boolean | null,
): (grant: GrantFact) => number {
  const strays = grants.flatMap((by) => strayRelease(by, looks) ?? []);
  return (grant) => {
    const { acquire, release, from: told } = grant;
    // Nobody saw whether its connection still stood, unless it was answered on it afterwards.
    if (facts.context.promises.lease === "connection" && release?.outcome !== "ok") return -Infinity;
    const asked = acquire.invoke.time;
    const ended = [sessionEndOf(grant, told, facts), sessionEndTriedOn(grant, told, facts)];
    // A stray one of its own came after it was told, so after all of whom there is any doubt.
    const freed = strays.filter(({ to }) => to >= asked);
    return Math.min(...ended.map((end) => end?.from ?? Infinity), ...freed.map(({ from }) => from));
  };
}

/**
 * When a release was under way that may have freed a lock which was not its own any more: for all that is known it was
 * not, or releases of this run do not look, and its own may have been freed before.
 */
function strayRelease(
  { release, cores }: GrantFact,
  looks: boolean | null,
): { from: number; to: number } | null {
  if (!release || release.outcome === "fail") return null;
  const from = release.invoke.time;
  if (looks !== false && cores.some(({ to }) => to >= from)) return null;
  return { from, to: release.outcome === "ok" ? (release.completion?.time ?? Infinity) : Infinity };
}
