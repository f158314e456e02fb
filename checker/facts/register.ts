import type { HistoryEvent, RegisterEvent } from "../../src/history/event.js";

/** What the register of one lock did: its log, and which writes are part of its final value. */
export interface RegisterFact {
  readonly lock: string;
  /** In the order in which it did it. */
  readonly log: readonly RegisterEvent[];
  /** The applied write that became version n, at n; nothing at 0, the initial value. */
  readonly writes: readonly (RegisterEvent | undefined)[];
  readonly finalVersion: number;
  /**
   * Versions on the way from the final one back to the initial value, each the one that the next was computed from;
   * falling. What is not on it was overwritten by somebody who had not seen it.
   */
  readonly lineage: readonly number[];
  readonly inLineage: ReadonlySet<number>;
}

/** By lock. */
export function registersOf(events: readonly HistoryEvent[]): ReadonlyMap<string, RegisterFact> {
  const logs = new Map<string, RegisterEvent[]>();
  for (const event of events) {
    if (event.process !== "register") continue;
    const log = logs.get(event.lock);
    if (log) log.push(event);
    else logs.set(event.lock, [event]);
  }
  return new Map([...logs].map(([lock, log]) => [lock, registerOf(lock, log)]));
}

function registerOf(lock: string, log: readonly RegisterEvent[]): RegisterFact {
  const writes: (RegisterEvent | undefined)[] = [undefined];
  for (const event of log) {
    if (event.f === "write" && event.type === "ok") writes[event.version ?? writes.length] = event;
  }
  const lineage: number[] = [];
  for (let version = writes.length - 1; version > 0;) {
    lineage.push(version);
    const parent = writes[version]?.parent ?? 0;
    if (parent >= version) break; // a version cannot come from a later one: the zones of its register say what is wrong
    version = parent;
  }
  return { lock, log, writes, finalVersion: writes.length - 1, lineage, inLineage: new Set(lineage) };
}
