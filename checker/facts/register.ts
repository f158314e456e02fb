import type { HistoryEvent, Nanos, RegisterEvent } from "../../src/history/event.js";
import type { Op } from "../../src/history/pairs.js";

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
  /** The version that a write became; undefined where it was never applied. */
  versionOf(id: string | undefined): number | undefined;
  /** What shows that the log is not whole, so that nothing can be said of what it lacks; null: nothing does. */
  readonly incomplete: string | null;
}

/** By lock. */
export function registersOf(
  events: readonly HistoryEvent[],
  operations: readonly Op[],
): ReadonlyMap<string, RegisterFact> {
  const logs = new Map<string, RegisterEvent[]>();
  let end = 0 as Nanos;
  for (const event of events) {
    if (event.process !== "register") continue;
    end = event.time;
    const log = logs.get(event.lock);
    if (log) log.push(event);
    else logs.set(event.lock, [event]);
  }
  const asked = new Map<string, Op[]>();
  for (const operation of operations) {
    if (operation.outcome !== "ok") continue;
    const list = asked.get(operation.lock);
    if (list) list.push(operation);
    else asked.set(operation.lock, [operation]);
  }
  return new Map([...logs].map(([lock, log]) => [lock, registerOf(lock, log, asked.get(lock) ?? [], end)]));
}

function registerOf(
  lock: string,
  log: readonly RegisterEvent[],
  answered: readonly Op[],
  end: Nanos,
): RegisterFact {
  const writes: (RegisterEvent | undefined)[] = [undefined];
  const versions = new Map<string, number>();
  let incomplete: string | null = null;
  for (const event of log) {
    if (event.f !== "write" || event.type !== "ok") continue;
    const version = event.version ?? 0;
    // Versions count the writes, so a number that is left out is a line that is missing.
    if (version !== writes.length) incomplete = `version ${version} follows version ${writes.length - 1}`;
    if (event.id !== undefined) versions.set(event.id, writes.length);
    writes.push(event);
  }
  const finalVersion = writes.length - 1;
  for (const { f, invoke, completion } of answered) {
    if (f === "write" && !versions.has(invoke.id ?? "")) incomplete ??= `write ${invoke.id} is not in it`;
    // A later version than the log's last, answered no earlier than its last line: the log was cut off.
    const cut = (completion?.version ?? 0) > finalVersion && (completion?.time ?? 0) >= end;
    if (cut) incomplete ??= `it ends before version ${completion?.version}`;
  }
  const lineage = lineageOf(finalVersion, writes);
  return {
    lock,
    log,
    writes,
    finalVersion,
    lineage,
    inLineage: new Set(lineage),
    versionOf: (id) => (id === undefined ? undefined : versions.get(id)),
    incomplete,
  };
}

/** From a version back to the initial value, falling. */
export function lineageOf(version: number, writes: RegisterFact["writes"]): readonly number[] {
  const lineage: number[] = [];
  for (let step = version; step > 0;) {
    lineage.push(step);
    const parent = writes[step]?.parent ?? 0;
    if (parent >= step) break; // a version cannot come from a later one: the zones of its register say what is wrong
    step = parent;
  }
  return lineage;
}
