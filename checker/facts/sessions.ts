import type { HistoryEvent, Nanos } from "../../src/history/event.js";
import { contains } from "../intervals.js";
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
 * The fault that asked in vain for the end of a grant's session before `until`. What it asked for may have been carried
 * out, then or later: by a server whose answer was lost, or by some of several. So no renewal that was acknowledged since
 * shows that it was not: a server that was frozen may have woken and carried it out after that.
 */
export const sessionEndTriedOn = (
  grant: GrantFact,
  until: Nanos,
  { endedSessions }: Pick<Facts, "endedSessions">,
): EndedSession | undefined =>
  endedSessions.find((tried) => !tried.sure && isOf(tried, grant) && tried.from < until);

/** Whether a fault had certainly ended the session of a grant by then, and not only asked for that. */
export const sessionWasOver = (
  grant: GrantFact,
  time: Nanos,
  facts: Pick<Facts, "endedSessions" | "context">,
): boolean => (sessionEndOf(grant, time, facts)?.by ?? Infinity) <= time;
