import type { JudgeContext } from "../../src/history/context.js";
import {
  nanos,
  type GrantId,
  type Nanos,
  type NemesisEvent,
  type RunEvent,
} from "../../src/history/event.js";
import { pairOperations, type Op } from "../../src/history/pairs.js";
import type { History } from "../../src/history/history.js";
import type { FaultSummary } from "../types.js";
import { faultsOf } from "./faults.js";
import { grantsOf, type GrantFact } from "./grants.js";
import { registersOf, type RegisterFact } from "./register.js";
import { endedSessionsOf, type EndedSession } from "./sessions.js";

export type { GrantFact, RegisterFact };

/** Everything that is derived from a history once, for all checkers. Linear in its length (but for sorting grants). */
export interface Facts {
  readonly context: JudgeContext;
  readonly operations: readonly Op[];
  /** In order of their `ok`. */
  readonly grants: readonly GrantFact[];
  readonly grantById: ReadonlyMap<GrantId, GrantFact>;
  readonly grantsByLock: ReadonlyMap<string, readonly GrantFact[]>;
  /** By lock; empty where the register's log is missing. */
  readonly registers: ReadonlyMap<string, RegisterFact>;
  readonly faults: readonly FaultSummary[];
  /** By faults. */
  readonly endedSessions: readonly EndedSession[];
  readonly recoveries: readonly NemesisEvent[];
  /** When the faults were healed and the workload ended; null where the run did not come so far. */
  readonly healed: Nanos | null;
  readonly end: Nanos;
  /** What the clients' hosts had sent when the workload ended. */
  readonly traffic: RunEvent | null;
}

/** Throws a usage error for a history that contradicts itself. */
export function factsOf(history: History): Facts {
  const { events, context } = history;
  const end = events.reduce((last, event) => Math.max(last, event.time), 0);
  const operations = pairOperations(events);
  const faults = faultsOf(events, nanos(end));
  const grants = grantsOf(events, operations, faults, context.discipline);
  const healed = events.find((event) => event.process === "run" && event.f === "healed");
  return {
    context,
    operations,
    grants,
    grantById: new Map(grants.map((grant) => [grant.id, grant])),
    grantsByLock: groupedByLock(grants),
    registers: registersOf(events, operations),
    faults,
    endedSessions: endedSessionsOf(events),
    recoveries: events.filter(
      (event): event is NemesisEvent =>
        event.process === "nemesis" && event.f === "recover" && event.type !== "invoke",
    ),
    healed: healed?.time ?? null,
    end: nanos(end),
    traffic:
      events.find((event): event is RunEvent => event.process === "run" && event.f === "traffic") ?? null,
  };
}

function groupedByLock(grants: readonly GrantFact[]): ReadonlyMap<string, readonly GrantFact[]> {
  const groups = new Map<string, GrantFact[]>();
  for (const grant of grants) {
    const group = groups.get(grant.lock);
    if (group) group.push(grant);
    else groups.set(grant.lock, [grant]);
  }
  return groups;
}
