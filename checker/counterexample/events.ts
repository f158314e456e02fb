import { cell, isReturn, NIL, OUTCOME, rowOf, type OpColumns } from "../../src/history/columns.js";
import type { OpEvent } from "../../src/history/op-event.js";

const TYPES = { [OUTCOME.ok]: "ok", [OUTCOME.fail]: "fail", [OUTCOME.held]: "fail" } as const;

/** The events of a history, in order, as any reader takes them: what is open has an invocation alone. */
export function eventsOf(ops: OpColumns): readonly OpEvent[] {
  // Where one acts for another, all say for whom: a reader takes what was said once for what is meant again.
  const isOwned = ops.owner.some((owner, row) => owner !== ops.process[row]);
  return Array.from(ops.order, (event) => eventOf(ops, rowOf(event), isReturn(event), isOwned));
}

function eventOf(ops: OpColumns, row: number, isAnswer: boolean, isOwned: boolean): OpEvent {
  const f = ops.operations[ops.f[row]!]!;
  const outcome = ops.outcome[row]! as keyof typeof TYPES;
  const time = (isAnswer ? ops.completeTime : ops.invokeTime)[row] ?? Number.NaN;
  const key = ops.keys[ops.key[row]!];
  const told = (column: Float64Array): unknown => {
    const code = cell(column, row);
    return code === NIL ? undefined : plain(ops.valueOf(code));
  };
  const isLock = /^(acquire|release)/.test(f);
  const owner = nameOf(ops, ops.owner[row]!);
  const token = isAnswer || !f.startsWith("acquire") ? told(ops.token) : undefined;
  return {
    ...(Number.isFinite(time) && { time }),
    type: isAnswer ? TYPES[outcome] : "invoke",
    process: nameOf(ops, ops.process[row]!),
    f,
    ...(key !== null && key !== undefined && { [isLock ? "lock" : "key"]: plain(key) }),
    ...(isOwned && { owner }),
    ...(token !== undefined && { token }),
    ...valueOf(f, told(ops.value), told(ops.extra), isAnswer),
    ...(outcome === OUTCOME.held && isAnswer && { error: "held" }),
  };
}

/** What a cas expected and set; the version that a write became, and was computed from; or the value alone. */
function valueOf(f: string, value: unknown, extra: unknown, isAnswer: boolean): Partial<OpEvent> {
  if (f === "cas") return { value: [value ?? null, extra ?? null] };
  if (extra !== undefined) return { version: value, parent: extra };
  if (value === undefined || (f === "read" && !isAnswer))
    return f === "read" && isAnswer ? { value: null } : {};
  return { value };
}

/** 64-bit numbers do not survive JSON: as digits they do. */
const plain = (value: unknown): unknown => {
  if (typeof value === "bigint") return String(value);
  return value instanceof Set ? [...value] : value;
};

const nameOf = (ops: OpColumns, name: number): number | string => (name >= 0 ? name : ops.nameOf(name));
