import { isClientEvent, type HistoryEvent } from "../../src/history/event.js";
import type { History } from "../../src/history/history.js";
import { nameOf } from "../live.js";
import { checkers } from "../index.js";
import { placed } from "../placed.js";
import type { Finding } from "../types.js";
import { judge } from "../verdict.js";
import { minimal } from "./delta.js";

/** How long to look for a smaller one, ms. */
const PATIENCE_MS = 4_000;

/**
 * As few events of a run as show one of its findings: a history of its own, of which the judge says the same, with the
 * same cause. Left out are whole holds (with what the register did for them), faults, and what was done without a lock;
 * versions of the register are counted anew.
 */
export function findingAlone(history: History, finding: Finding): History {
  const until = performance.now() + PATIENCE_MS;
  const { events } = placed(history);
  const units = unitsOf(events);
  const named = new Set(finding.ops.map((index) => events[index]));
  const faults = new Set(finding.faults);
  // The faults that are named tell why: without them the same would happen, and nobody would know the reason.
  const reasons = units.filter(({ fault }) => fault !== null && faults.has(fault));
  const others = units.filter((unit) => !reasons.includes(unit));
  const shows = (some: readonly Unit[]): boolean =>
    isShown(assembled(history, events, [...reasons, ...some]), finding);
  const near = others.filter((unit) => unit.events.some((event) => named.has(event)));
  const clients = new Set(near.flatMap(({ client }) => client ?? []));
  const wider = others.filter(
    (unit) =>
      near.includes(unit) || unit.fault !== null || (unit.client !== null && clients.has(unit.client)),
  );
  const start = [near, wider].find(shows) ?? others;
  const kept = minimal(start, shows, () => performance.now() > until);
  return assembled(history, events, [...reasons, ...kept]);
}

/** Events that are left out together. */
interface Unit {
  readonly client: string | null;
  readonly fault: string | null;
  readonly events: HistoryEvent[];
}

/** The first event, the run's begin, is in none: it stays. */
function unitsOf(events: readonly HistoryEvent[]): readonly Unit[] {
  const units = new Map<string, Unit>();
  /** What a process has under way without a grant yet: an acquire, or what is done without one. */
  const open = new Map<number, HistoryEvent>();
  const grants = new Map<HistoryEvent, string>();
  for (const event of events) {
    if (!isClientEvent(event) || event.f !== "acquire") continue;
    if (event.type === "invoke") open.set(event.process, event);
    const asked = open.get(event.process);
    if (asked && event.type === "ok" && event.grant !== undefined) grants.set(asked, event.grant);
  }
  for (const [place, event] of events.entries()) {
    if (event.process === "run" && event.f === "begin") continue;
    const key = keyOf(event, place, grants);
    const unit = units.get(key);
    if (unit) unit.events.push(event);
    else
      units.set(key, {
        client: "client" in event && event.client !== undefined ? event.client : null,
        fault: event.process === "nemesis" ? event.fault : null,
        events: [event],
      });
  }
  return [...units.values()];
}

function keyOf(event: HistoryEvent, place: number, grants: ReadonlyMap<HistoryEvent, string>): string {
  if (event.process === "nemesis") return `fault ${event.fault} ${event.f === "recover" ? place : ""}`;
  if (event.process === "run") return `run ${place}`;
  const grant = event.grant ?? grants.get(event);
  if (grant !== undefined) return `grant ${grant}`;
  // What one process did without a lock hangs together: which answer belongs to which question is its own order.
  return `process ${event.process === "register" ? event.by : event.process}`;
}

function assembled(history: History, events: readonly HistoryEvent[], units: readonly Unit[]): History {
  const kept = new Set(units.flatMap((unit) => unit.events));
  const some = events.filter((event) => kept.has(event) || (event.process === "run" && event.f === "begin"));
  return placed({ ...history, events: countedAnew(some), notes: [] });
}

/** Versions count the writes that are left; of one that is not, the one before it stands in its place. */
function countedAnew(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  const left = new Map<string, number[]>();
  for (const event of events) {
    if (event.process !== "register" || event.f !== "write" || event.type !== "ok") continue;
    const versions = left.get(event.lock) ?? [];
    versions.push(event.version ?? 0);
    left.set(event.lock, versions);
  }
  const anew = (lock: string, version: number): number =>
    (left.get(lock) ?? []).filter((one) => one <= version).length;
  return events.map((event) => {
    if (event.process === "run" || event.process === "nemesis") return event;
    const { version, parent, lock } = event;
    return {
      ...event,
      ...(version !== undefined && { version: anew(lock, version) }),
      ...(parent !== undefined && { parent: anew(lock, parent) }),
    };
  });
}

/** Whether a history shows the same finding. One that contradicts itself shows nothing. */
function isShown(history: History, finding: Finding): boolean {
  try {
    return judge(history, checkers).findings.some(
      (one) =>
        nameOf(one) === nameOf(finding) &&
        one.severity === finding.severity &&
        one.cause === finding.cause &&
        one.expected === finding.expected,
    );
  } catch {
    return false;
  }
}
