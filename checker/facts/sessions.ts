import { nanos, type HistoryEvent, type Nanos } from "../../src/history/event.js";
import { contains } from "../intervals.js";
import { inEffect } from "./faults.js";
import type { GrantFact } from "./grants.js";
import type { Facts } from "./index.js";

/** A session whose end a fault asked for. */
export interface EndedSession {
  readonly fault: string;
  readonly clients: readonly string[];
  /** As its holder's grant told of it; null: the record does not name it. */
  readonly session: string | null;
  /** It ended within: when that was asked for, and when the service had answered. */
  readonly from: Nanos;
  readonly by: Nanos;
  /** false: the service did not say that it had ended it. Whether it has, or will, is not known. */
  readonly sure: boolean;
}

export function endedSessionsOf(events: readonly HistoryEvent[]): readonly EndedSession[] {
  return events.flatMap((event) =>
    event.process === "nemesis" && event.f === "session" && (event.type === "ok" || event.type === "info")
      ? {
          fault: event.fault,
          clients: event.nodes ?? [],
          session: event.session ?? null,
          from: event.from ?? event.time,
          by: event.time,
          sure: event.type === "ok",
        }
      : [],
  );
}

/**
 * The fault that may have ended the session of a grant before `until`: after it was asked for (a name may come again, as
 * of a client that goes on), yet maybe before it was told OK. That word may have been on its way.
 *
 * None, where its lease was over already when that was asked for: then it was not this that ended the hold.
 */
export const sessionEndOf = (
  grant: GrantFact,
  until: Nanos,
  { endedSessions, context }: Pick<Facts, "endedSessions" | "context">,
): EndedSession | undefined =>
  endedSessions.find(
    (ended) =>
      ended.sure &&
      isOf(ended, grant) &&
      ended.by >= grant.acquire.invoke.time &&
      ended.from < until &&
      (context.promises.renewals === "hidden" ||
        grant.coverage.some((stretch) => contains(stretch, ended.from))),
  );

const isOf = ({ clients, session }: EndedSession, grant: GrantFact): boolean =>
  clients.includes(grant.client) && (session === null || grant.session === null || session === grant.session);

/**
 * The fault that asked in vain for the end of a grant's session, which may have ended before `until`. What it asked for may
 * have been carried out, then or later: by a server whose answer was lost, or by some of several.
 *
 * The session had not ended if it did anything since: after `until`, or when what was asked for could be under way no more.
 * Before that it proves nothing: a server that was frozen may have woken and carried it out later.
 */
export const sessionEndTriedOn = (
  grant: GrantFact,
  until: Nanos,
  facts: Pick<Facts, "endedSessions" | "grants" | "faults" | "context">,
): EndedSession | undefined =>
  facts.endedSessions.find(
    (tried) =>
      !tried.sure &&
      isOf(tried, grant) &&
      tried.from < until &&
      lastSign(grant, facts) < Math.min(until, settled(tried, facts)),
  );

/** A server may have it in a queue still. etcd drops after 7 s what it could not carry out. */
const QUEUED_NS = 10e9;

/**
 * Until when what a fault asked for may have been under way: until it was given up, and the faults that had been in effect
 * meanwhile were over; as long again, for what is sent anew and again is sent at times that are twice as far apart; and
 * until a server had carried it out.
 */
function settled({ from, by }: EndedSession, { faults }: Pick<Facts, "faults">): number {
  const over = Math.max(by, ...inEffect(faults, { from, to: nanos(by + 1) }).map(({ to }) => to));
  return over + (over - from) + QUEUED_NS;
}

/** The last request of a grant's session that shows, being granted, that it stood when that was carried out: when it was sent. */
function lastSign(grant: GrantFact, { grants, context }: Pick<Facts, "grants" | "context">): number {
  const its = (other: GrantFact): boolean =>
    other === grant ||
    (grant.session !== null && other.session === grant.session && other.process === grant.process);
  return grants.filter(its).reduce((last, { acquire, renewals, release, lost }) => {
    // Nobody is answered on a connection that is closed; whoever knew that it was may have asked on another.
    const connected = context.promises.lease === "connection" && lost === null;
    const released = connected && release?.outcome === "ok";
    return Math.max(
      last,
      acquire.invoke.time,
      renewals.at(-1)?.from ?? -Infinity,
      released ? release.invoke.time : -Infinity,
    );
  }, -Infinity);
}

/** Whether a fault had certainly ended the session of a grant by then, and not only asked for that. */
export const sessionWasOver = (
  grant: GrantFact,
  time: Nanos,
  facts: Pick<Facts, "endedSessions" | "context">,
): boolean => (sessionEndOf(grant, time, facts)?.by ?? Infinity) <= time;
