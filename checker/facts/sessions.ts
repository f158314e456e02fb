import type { HistoryEvent, Nanos } from "../../src/history/event.js";
import type { GrantFact } from "./grants.js";

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
 * Whether the session of a grant may have been ended before the other of two was told OK: after it was asked for (a name
 * may come again, as of a client that goes on), yet maybe before it was told OK itself. That word may have been on its way.
 */
export const endsBefore = (ended: EndedSession, grant: GrantFact, other: GrantFact): boolean =>
  ended.clients.includes(grant.client) &&
  (ended.session === null || grant.session === null || ended.session === grant.session) &&
  ended.by >= grant.acquire.invoke.time &&
  ended.from < other.from;
