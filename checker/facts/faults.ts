import type { HistoryEvent, Nanos, NemesisEvent } from "../../src/history/event.js";
import type { FaultSummary } from "../types.js";
import { contains, type Interval } from "../intervals.js";

/** Kinds of fault under which a client's program does not run: stopped from outside, or by its own garbage collector. */
const FREEZING: ReadonlySet<string> = new Set(["pause", "block"]);

/** Faults by id, in order; those that did not land have `verified: false` and no length. */
export function faultsOf(events: readonly HistoryEvent[], end: Nanos): readonly FaultSummary[] {
  const faults = new Map<string, FaultSummary>();
  for (const event of events) {
    if (event.process !== "nemesis" || event.f === "recover") continue;
    const known = faults.get(event.fault);
    faults.set(event.fault, known ? amended(known, event) : asked(event, end));
  }
  return [...faults.values()];
}

function asked(event: NemesisEvent, end: Nanos): FaultSummary {
  const fault: FaultSummary = {
    id: event.fault,
    name: event.nemesis ?? event.f,
    ...(event.shape !== undefined && { shape: event.shape }),
    target: event.target ?? "",
    nodes: event.nodes ?? [],
    from: event.from ?? event.time,
    to: end,
    verified: false,
    evidence: "asked for, and never in effect",
  };
  return amended(fault, event);
}

function amended(fault: FaultSummary, event: NemesisEvent): FaultSummary {
  if (event.f === "heal") return event.type === "ok" ? { ...fault, to: event.time } : fault;
  switch (event.type) {
    case "ok":
      return {
        ...fault,
        nodes: event.nodes ?? fault.nodes,
        from: event.from ?? event.time,
        verified: true,
        ...(event.stopMs !== undefined && { stopMs: event.stopMs }),
        evidence: event.evidence ?? "",
      };
    case "fail":
    case "info":
      return {
        ...fault,
        to: event.time,
        from: event.time,
        evidence: event.error ?? event.evidence ?? "did not land",
      };
    case "invoke":
      return fault;
  }
}

/** Whether the programs that a fault hits do not run at all, or only now and then. */
export const isFreeze = ({ name }: FaultSummary): boolean => FREEZING.has(name);

/** When a client's program certainly did not run: its verified freezes, in order. */
export function freezesOf(client: string, faults: readonly FaultSummary[]): readonly FaultSummary[] {
  return faults.filter((fault) => fault.verified && isFreeze(fault) && fault.nodes.includes(client));
}

/** Verified faults in effect at some moment of a stretch of time. */
export function inEffect(faults: readonly FaultSummary[], during: Interval): readonly FaultSummary[] {
  return faults.filter(
    (fault) =>
      fault.verified &&
      (contains(fault, during.from) || (during.from <= fault.from && fault.from < during.to)),
  );
}
