import type { OpColumns } from "../history/columns.js";
import { namesFrom, valuesFrom } from "../history/values.js";

const COLUMNS = [
  "process",
  "owner",
  "f",
  "outcome",
  "invoke",
  "complete",
  "key",
  "value",
  "extra",
  "token",
  "invokeTime",
  "completeTime",
  "order",
] as const satisfies readonly (keyof OpColumns)[];

/** Columns as they go to another thread: their memory is shared, what is no number is copied. */
export type SharedColumns = Omit<OpColumns, "nameOf" | "valueOf">;

/** Copies columns to where all threads see them. */
export function share(ops: OpColumns): SharedColumns {
  const copied = COLUMNS.map((name) => {
    const column = ops[name];
    const copy = new (column.constructor as Float64ArrayConstructor)(
      new SharedArrayBuffer(column.byteLength),
    );
    copy.set(column);
    return [name, copy] as const;
  });
  const { count, eventCount, operations, keys, tables } = ops;
  const plain = { count, eventCount, operations, keys, tables };
  return {
    ...plain,
    ...(Object.fromEntries(copied) as unknown as Pick<SharedColumns, (typeof COLUMNS)[number]>),
  };
}

/** Columns as they came from another thread. */
export const received = (ops: SharedColumns): OpColumns => ({
  ...ops,
  nameOf: namesFrom(ops.tables.names),
  valueOf: valuesFrom(ops.tables.values),
});
