import { NIL, type OpColumns } from "../../src/history/columns.js";

/** An operation for a sentence: `process 3 (acquire, event 12)`. */
export const named = (ops: OpColumns, row: number): string =>
  `process ${ops.nameOf(ops.process[row]!)} (${ops.operations[ops.f[row]!]}, event ${ops.invoke[row]})`;

/** A value as text, short. */
export function shown(value: unknown): string {
  const text =
    typeof value === "bigint"
      ? String(value)
      : value instanceof Set
        ? shown([...value])
        : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}

export const shownCode = (ops: OpColumns, code: number): string =>
  code === NIL ? "nothing" : shown(ops.valueOf(code));
