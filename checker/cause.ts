import type { Nanos } from "../src/history/event.js";
import type { Cause, FaultSummary } from "./types.js";
import { inEffect } from "./facts/faults.js";
import type { Facts, GrantFact } from "./facts/index.js";
import { sessionEndOf, sessionEndTriedOn, type EndedSession } from "./facts/sessions.js";
import { at, theFault, who } from "./explain/words.js";
import type { ForeignRelease } from "./foreign-releases.js";
import { clip, contains, meet } from "./intervals.js";
import { frozenJustBefore, isClaimed, isLate } from "./lateness.js";
import type { Overlap } from "./overlaps.js";
import type { Suspect } from "./release-look.js";

export interface CausedOverlap extends Overlap {
  readonly cause: Cause;
  /** late-grant: which of the two was told OK too late. */
  readonly late?: GrantFact;
  /** foreign-release: which one lies between. */
  readonly freed?: ForeignRelease;
  /** foreign-release: nobody knows which one it was, and it may have been this one. */
  readonly suspect?: Suspect;
  /** What is missing to say more. */
  readonly lacking?: string;
  /** A broken promise: not what the recipe's own documentation lets happen. */
  readonly broken: boolean;
}

/** Faults on servers by which a client may not hear that its connection was closed. */
const CUTTING: ReadonlySet<string> = new Set(["partition", "slow", "late-reply", "lost-reply"]);

/** Why two clients held at once: the first rule that holds, in this order. */
export function causeOf(
  overlap: Overlap,
  facts: Facts,
  released: readonly ForeignRelease[],
  suspectOf: (overlap: Overlap) => Suspect | undefined,
): CausedOverlap {
  const found = firstCause(overlap, facts, released, suspectOf);
  return { ...overlap, ...found, broken: breaksPromise(found.cause, found.late, overlap, facts) };
}

type Found = Pick<CausedOverlap, "cause" | "late" | "freed" | "suspect" | "lacking">;

function firstCause(
  overlap: Overlap,
  facts: Facts,
  released: readonly ForeignRelease[],
  suspectOf: (overlap: Overlap) => Suspect | undefined,
): Found {
  const { earlier, later } = overlap;
  const { promises } = facts.context;
  if (promises.exclusion === "none") return { cause: "not-a-lock" };

  // Whoever is granted it after that, while the victim still rightly holds, was let in by that release.
  const freed = released.find(
    ({ victim, release }) =>
      victim === earlier &&
      release.invoke.time < later.from &&
      victim.cores.some((core) => contains(core, later.from)),
  );
  if (freed) return { cause: "foreign-release", freed };

  const ended = endOfSession(overlap, facts);
  if (ended) return ended;

  const claimed = [earlier, later].find(isClaimed);
  if (claimed) return { cause: "late-grant", late: claimed };

  // Before `late-grant`: one who was told OK too late has no core until a renewal that it sent afterwards was
  // acknowledged; by that the service promised it the lock, whatever had gone wrong before.
  if (meet(earlier.cores, later.cores)) {
    const tried = sessionEndTriedOn(earlier, later.from, facts);
    return tried ? perhapsEnded(tried) : (unnoticed(overlap, facts) ?? takenFrom(suspectOf(overlap)));
  }

  // A holder frozen between the service's grant and its own `ok` was granted in time and told too late.
  const late = [earlier, later].find(isLate);
  if (late) return { cause: "late-grant", late };

  return outlived(overlap, facts);
}

const perhapsEnded = ({ fault, from, clients }: EndedSession): Found => ({
  cause: "undetermined",
  lacking: `at ${at(from)} the fault ${fault} asked for the end of the session of ${clients.join(", ")}, and nobody answered that it had ended`,
});

/** The service, or a release of anybody's that did not look whose lock it is. */
function takenFrom(suspect: Suspect | undefined): Found {
  if (!suspect) return { cause: "service" };
  if (suspect.likely) return { cause: "foreign-release", suspect };
  return {
    cause: "undetermined",
    lacking: `${who(suspect.by)}, whose own hold was over, asked to release the lock at ${at(suspect.release.invoke.time)} and ${suspect.release.outcome === "ok" ? "was answered that it had" : "had no answer"}, and nothing in the run shows whether a release looks whose lock it is`,
  };
}

/** The fault that ended the holder's session before the other was told OK. */
export const sessionEndedBy = ({ earlier, later }: Overlap, facts: Facts): string | undefined =>
  sessionEndOf(earlier, later.from, facts)?.fault;

const LOST: Found = { cause: "session-lost" };

/**
 * Whether the holder's session was ended by a fault, or its connection closed, before the other was granted; or may have
 * been.
 */
function endOfSession(overlap: Overlap, facts: Facts): Found | null {
  const { earlier, later } = overlap;
  const { context } = facts;
  const ended = sessionEndOf(earlier, later.from, facts);
  if (ended) return promisedSince(ended.by, overlap, facts) ? null : LOST;
  if (context.promises.lease !== "connection" || earlier.lost === null) return null;
  // Nobody tells when a connection closed but the holder. Told after the other's grant, it counts only where a fault kept
  // the holder from noticing; else the service let another in first and said so afterwards, which is `service`. So it is
  // where the connection is known to have stood until a fault ended it, later on.
  if (earlier.lost.time <= later.from) return LOST;
  if (!unheardBy(overlap, facts) || sessionEndOf(earlier, earlier.lost.time, facts)) return null;
  const tried = sessionEndTriedOn(earlier, earlier.lost.time, facts);
  return tried ? perhapsEnded(tried) : LOST;
}

/** A fault that may have kept it from the holder that its connection had closed before the other was granted. */
function unheardBy({ earlier, later }: Overlap, { faults }: Facts): FaultSummary | undefined {
  // One that was told after the other (tokens know better) had been granted it since its question: its connection may have
  // closed while the answer was on its way.
  const from = earlier.from < later.from ? earlier.from : earlier.acquire.invoke.time;
  return inEffect(faults, { from, to: later.from }).find(
    ({ nodes, name }) => nodes.includes(earlier.client) || CUTTING.has(name),
  );
}

/**
 * A holder that has asked to release the lock listens no more whether its connection stands. Where that is answered, it
 * stood; if nobody knows, it may have closed long before, where a fault kept that from the holder. It has where its only server was killed.
 */
function unnoticed(overlap: Overlap, facts: Facts): Found | null {
  const { earlier, later } = overlap;
  const { promises, servers = [] } = facts.context;
  const { release, client } = earlier;
  if (promises.lease !== "connection" || earlier.lost !== null) return null;
  if (release?.outcome !== "info") return null;
  const unheard = unheardBy(overlap, facts);
  if (!unheard) return null;
  const [only, ...others] = servers;
  const killed = facts.faults.some(
    ({ name, verified, nodes, from }) =>
      name === "kill" && verified && nodes.includes(only ?? "") && from > earlier.from && from < later.from,
  );
  if (killed && others.length === 0) return LOST;
  return {
    cause: "undetermined",
    lacking: `the release of ${client} was not answered, and ${theFault(unheard, facts)} may have kept it from hearing that its connection had closed`,
  };
}

/**
 * Whether the service acknowledged a renewal that was sent when the session had been ended, and so promised the lock
 * anew while the other rightly held: it is bound by its own word, from when it carried the renewal out. Nobody knows when
 * that was, but that it was before the answer was read: so the other must have held on until then.
 */
function promisedSince(by: Nanos, { earlier, later, from, to }: Overlap, facts: Facts): boolean {
  const over = sessionEndOf(later, to, facts) ?? sessionEndTriedOn(later, to, facts);
  const both = clip(later.cores, { from, to: over?.from ?? to });
  return earlier.renewals.some(
    (renewal) =>
      renewal.from >= by && both.some((core) => renewal.to > core.from && renewal.acknowledged < core.to),
  );
}

/** The later grant came when the earlier one's lease was over. */
function outlived({ earlier, later }: Overlap, { faults, context }: Facts): Found {
  const over = !earlier.coverage.some((stretch) => contains(stretch, later.from));
  if (over && context.promises.renewals !== "hidden") return { cause: "outlived-lease" };
  if (over) {
    // The whole fault counts, not only what of it lies before the later grant: the last renewal that got through may
    // have been made long before the fault began.
    const ttlNs = context.ttlMs * 1e6;
    const held = { from: earlier.from, to: later.from };
    const hit = inEffect(faults, held).some(
      (fault) => fault.nodes.includes(earlier.client) && fault.to - fault.from >= ttlNs,
    );
    if (hit) return { cause: "outlived-lease" };
    return {
      cause: "undetermined",
      lacking: "its renewals cannot be seen, so nobody knows until when it was promised the lock",
    };
  }
  return {
    cause: "undetermined",
    lacking: "neither lease nor connection is known to have ended before the other was granted",
  };
}

/** `service`, `foreign-release` and `late-grant` break a promise, unless the recipe gave it up for a fault in effect. */
function breaksPromise(cause: Cause, late: GrantFact | undefined, overlap: Overlap, facts: Facts): boolean {
  const both = [overlap.earlier, overlap.later] as const;
  switch (cause) {
    case "service":
    case "foreign-release":
      return isPromised(both, SERVICE, facts);
    case "late-grant":
      return late !== undefined && breaksByLateGrant(late, both, facts);
    case "not-a-lock":
    case "session-lost":
    case "outlived-lease":
    case "undetermined":
    case "in-flight":
      return false;
  }
}

/** Whether it is anybody's fault that one of two grants was told OK too late. */
export const breaksByLateGrant = (
  late: GrantFact,
  both: readonly [GrantFact, GrantFact],
  facts: Facts,
): boolean => isPromised(both, late.client, facts) && frozenJustBefore(late, facts.faults) === undefined;

/** Whether exclusion was promised while two were granted. A fault that came only when both had been is no excuse for it. */
function isPromised(both: readonly [GrantFact, GrantFact], blamed: Blamed, facts: Facts): boolean {
  return facts.context.promises.exclusion !== "none" && !isExcepted(whileGranted(both), blamed, facts);
}

/** From when the first of two was asked for until both had been told OK. */
export const whileGranted = ([a, b]: readonly [GrantFact, GrantFact]): { from: Nanos; to: Nanos } => ({
  from: Math.min(a.acquire.invoke.time, b.acquire.invoke.time) as Nanos,
  to: Math.max(a.from, b.from) as Nanos,
});

/** Whom a broken promise is laid to: the service, or the program of a client, by its name. */
export const SERVICE: unique symbol = Symbol("the service");
export type Blamed = typeof SERVICE | string;

/**
 * A fault that was in effect under which the recipe's own documentation gives its promise up, and that hit who is blamed:
 *
 * - The service: any of its servers, of whatever kind the fault is. What documentation excuses is that a server forgets, ends
 *   a lease too early, or is taken for dead: no fault of a client makes it do so. One by which a client is too slow to renew
 *   needs no excuse: its lease is over then, and who comes next was let in rightly. Where there is no server the clients do
 *   themselves what it would do (remove a file that is old by their own clocks), each of them for all.
 * - A client that went on with an OK which came too late: that client. By its own clock it should have known, and nothing that
 *   a server went through keeps it from a look at that.
 * - A release of another's lock is judged as the service is: the fault may have lost what the release seems to have freed.
 */
export function exceptionDuring(
  during: { from: Nanos; to: Nanos },
  blamed: Blamed,
  { faults, context }: Pick<Facts, "faults" | "context">,
): FaultSummary | undefined {
  const except: readonly string[] = context.promises.except;
  return inEffect(faults, during).find((fault) => except.includes(fault.name) && hit(fault, blamed, context));
}

/** Whether a fault hit who is blamed. Of a history that does not tell which hosts are servers, all did. */
export function hit({ nodes }: FaultSummary, blamed: Blamed, { servers }: Facts["context"]): boolean {
  if (servers === undefined) return true;
  if (blamed !== SERVICE) return nodes.includes(blamed);
  return servers.length === 0 || servers.some((server) => nodes.includes(server));
}

export const isExcepted = (during: { from: Nanos; to: Nanos }, blamed: Blamed, facts: Facts): boolean =>
  exceptionDuring(during, blamed, facts) !== undefined;
