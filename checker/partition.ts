import { canonical } from "../src/history/values.js";
import { OUTCOME, rowOf, type OpColumns } from "../src/history/columns.js";
import type { Model, Part } from "./models/types.js";
import { modelOp } from "./search/kinds.js";

/** A history split by lock and key: what is true of each is true of all together (Herlihy and Wing, "locality"). */
export interface Partition {
  readonly parts: readonly Part[];
  /** Operations of which the model does not speak. */
  readonly apart: number;
  /** Operations that are judged: those that failed, certainly without effect, are in no part. */
  readonly judged: number;
}

/** `by`: what is judged on its own, where the model has a mind of its own about that. */
export function partition(
  history: OpColumns,
  operations: readonly string[],
  by?: Model["partition"],
): Partition {
  const ops = by ? keyed(history, operations, by) : history;

  const spoken = Uint8Array.from(ops.operations, (name) => (operations.includes(name) ? 1 : 0));
  const { order, f, outcome, key } = ops;
  const sizes = new Int32Array(ops.keys.length);
  let apart = 0;
  let left = 0;
  for (let row = 0; row < ops.count; row += 1) {
    const speaks = spoken[f[row]!]!;
    const events = speaks * EVENTS_OF[outcome[row]!]!;
    apart += 1 - speaks;
    sizes[key[row]!]! += events;
    left += events === 0 ? 1 : 0;
  }
  const judged = ops.count - apart;
  const used = [...sizes.keys()].filter((place) => sizes[place]! > 0);
  const [only] = used;
  if (only !== undefined && used.length === 1 && left === 0)
    return { parts: [{ ops, key: only, events: order }], apart, judged };
  const all = new Int32Array(sizes.reduce((sum, size) => sum + size, 0));
  const ends = new Int32Array(sizes.length);
  let begin = 0;
  for (const place of used) {
    ends[place] = begin;
    begin += sizes[place]!;
  }
  for (let at = 0; at < order.length; at += 1) {
    const row = rowOf(order[at]!);
    if (spoken[f[row]!] === 0 || outcome[row] === OUTCOME.fail) continue;
    const place = key[row]!;
    all[ends[place]!] = order[at]!;
    ends[place]! += 1;
  }
  const parts = used.map((place) => ({
    ops,
    key: place,
    events: all.subarray(ends[place]! - sizes[place]!, ends[place]),
  }));
  return { parts, apart, judged };
}

/** Events that an operation has in a part, by its outcome. */
const EVENTS_OF = new Uint8Array(4);
EVENTS_OF[OUTCOME.ok] = 2;
EVENTS_OF[OUTCOME.info] = 1;
EVENTS_OF[OUTCOME.held] = 2;

/** The history with the keys that a model gives it. */
function keyed(
  ops: OpColumns,
  operations: readonly string[],
  by: NonNullable<Model["partition"]>,
): OpColumns {
  const places = new Map<string, number>();
  const keys: unknown[] = [];
  const key = ops.key.map((_, row) => {
    if (ops.outcome[row] === OUTCOME.fail || !operations.includes(ops.operations[ops.f[row]!]!)) return 0;
    const name = by(modelOp({ ops }, row));
    const text = canonical(name);
    const place = places.get(text) ?? keys.push(name) - 1;
    places.set(text, place);
    return place;
  });
  return { ...ops, key, keys: keys.length === 0 ? [null] : keys };
}
