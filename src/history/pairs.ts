import { LockjepsenError } from "../error.js";
import {
  isAnnotation,
  isClientEvent,
  type ClientEvent,
  type HistoryEvent,
  type Operation,
  type ProcessId,
} from "./event.js";

/** What a client did: an invocation with its completion. */
export interface Op {
  readonly f: Operation;
  readonly process: ProcessId;
  readonly client: string;
  readonly lock: string;
  readonly invoke: ClientEvent;
  /** Place of the invocation in the history. */
  readonly from: number;
  /** null: it was never told. The outcome is then open (`info`). */
  readonly completion: ClientEvent | null;
  /** Place of the completion; past the end of the history where nothing is known of it (`info`). */
  readonly to: number;
  readonly outcome: "ok" | "fail" | "info";
}

/**
 * Pairs each invocation with its completion, in order of the invocations. Throws a usage error, with the place in the
 * history, for a completion without invocation and for two open operations of one process.
 */
export function pairOperations(events: readonly HistoryEvent[]): readonly Op[] {
  const ops: Op[] = [];
  const open = new Map<ProcessId, number>();
  for (const [index, event] of events.entries()) {
    if (!isClientEvent(event) || isAnnotation(event.f)) continue;
    const { process, f, type } = event;
    const place = open.get(process);
    const begun = place === undefined ? undefined : ops[place];
    if (type === "invoke") {
      if (begun)
        throw malformed(index, event, `begins before the ${begun.f} of event ${begun.from} has ended`);
      open.set(process, ops.length);
      const { client, lock } = event;
      ops.push({
        f,
        process,
        client,
        lock,
        invoke: event,
        from: index,
        completion: null,
        to: events.length,
        outcome: "info",
      });
    } else {
      if (place === undefined || begun?.f !== f || begun.lock !== event.lock)
        throw malformed(index, event, "ends without having begun");
      ops[place] = {
        ...begun,
        completion: event,
        to: type === "info" ? events.length : index,
        outcome: type,
      };
      open.delete(process);
    }
  }
  return ops;
}

const malformed = (index: number, event: ClientEvent, what: string): LockjepsenError =>
  new LockjepsenError(
    "usage",
    `event ${index} of the history: the ${event.f} of process ${event.process} (${event.client}) ${what}`,
    "take the history as the run left it",
  );
