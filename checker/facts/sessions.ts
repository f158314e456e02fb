import type { HistoryEvent, Nanos } from "../../src/history/event.js";
import { contains } from "../intervals.js";
import type { GrantFact } from "./grants.js";
import type { Facts } from "./index.js";

/** A session that was ended by a fault. */
export interface EndedSession {
  readonly fault: string;
  readonly clients: readonly string[];
  /** As its holder's grant told of it; null: the record does not name it. */
  readonly session: string | null;
  /** It ended within: when that was asked for, and when the service had answered. */
  readonly from: Nanos;
  readonly by: Nanos;
}

export function endedSessionsOf(events: readonly HistoryEvent[]): readonly EndedSession[] {
  return events.flatMap((event) =>
    event.process === "nemesis" && event.f === "session" && event.type === "ok"
      ? {
          fault: event.fault,
          clients: event.nodes ?? [],
          session: event.session ?? null,
          from: event.from ?? event.time,
          by: event.time,
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
      ended.clients.includes(grant.client) &&
      (ended.session === null || grant.session === null || ended.session === grant.session) &&
      ended.by >= grant.acquire.invoke.time &&
      ended.from < until &&
      (context.promises.renewals === "hidden" ||
        grant.coverage.some((stretch) => contains(stretch, ended.from))),
  );

/** Whether a fault had certainly ended the session of a grant by then, and not only asked for that. */
export const sessionWasOver = (
  grant: GrantFact,
  time: Nanos,
  facts: Pick<Facts, "endedSessions" | "context">,
): boolean => (sessionEndOf(grant, time, facts)?.by ?? Infinity) <= time;
