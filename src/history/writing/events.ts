import { cell, isReturn, NEVER, NIL, OUTCOME, rowOf, type OpColumns } from "../columns.js";

/** An event of an operation as plain data, as every format here writes it. */
export interface WrittenEvent {
  readonly index: number;
  readonly type: "invoke" | "ok" | "fail" | "info";
  readonly process: number | string;
  readonly f: string;
  readonly value: unknown;
  /** ns */
  readonly time?: number;
  readonly lock?: unknown;
  readonly owner?: string;
  readonly token?: string;
  readonly version?: unknown;
  readonly parent?: unknown;
  readonly error?: "held";
}

/**
 * The events of a history in order, one made at a time. Read again they are the same operations: an open one has no
 * completion, and an owner is named where it is not the process.
 */
export function* eventsOf(ops: OpColumns): Generator<WrittenEvent, void, undefined> {
  for (const event of ops.order) yield writtenEvent(ops, rowOf(event), isReturn(event));
}

const TYPES = {
  [OUTCOME.ok]: "ok",
  [OUTCOME.fail]: "fail",
  [OUTCOME.info]: "info",
  [OUTCOME.held]: "fail",
} as const;
const ANSWERED: ReadonlySet<string> = new Set(["read"]);

function writtenEvent(ops: OpColumns, row: number, completed: boolean): WrittenEvent {
  const f = ops.operations[ops.f[row]!]!;
  const name = ops.nameOf(ops.process[row]!);
  const time = completed ? ops.completeTime[row]! : ops.invokeTime[row]!;
  const owner = ops.owner[row] === ops.process[row] ? undefined : ops.nameOf(ops.owner[row]!);
  const [extra, token] = [cell(ops.extra, row), cell(ops.token, row)];
  // What an answer tells is not known before it.
  const known = completed || ops.complete[row] === NEVER || !ANSWERED.has(f);
  const value = known ? ops.valueOf(ops.value[row]!) : null;
  return {
    index: completed ? ops.complete[row]! : ops.invoke[row]!,
    type: completed ? TYPES[ops.outcome[row] as keyof typeof TYPES] : "invoke",
    process: /^\d+$/.test(name) ? Number(name) : name,
    f,
    value: f === "cas" ? [value, ops.valueOf(extra)] : value,
    ...(Number.isNaN(time) ? {} : { time }),
    ...(ops.key[row] === 0 ? {} : { lock: ops.keys[ops.key[row]!] }),
    ...(owner === undefined ? {} : { owner }),
    ...(token === NIL || (!completed && f.startsWith("acquire"))
      ? {}
      : { token: String(ops.valueOf(token)) }),
    ...(f === "cas" || extra === NIL ? {} : { version: value, parent: ops.valueOf(extra) }),
    ...(completed && ops.outcome[row] === OUTCOME.held ? { error: "held" } : {}),
  };
}
