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

  const eventsEach = eventsOfEach(ops, operations);
  const counts = new Int32Array(eventsEach.length);
  countEach(ops, counts);
  let judged = 0;
  let size = 0;
  let left = 0;
  for (const [which, count] of counts.entries()) {
    judged += operations.includes(ops.operations[which >> 2]!) ? count : 0;
    size += count * eventsEach[which]!;
    left += eventsEach[which] === 0 ? count : 0;
  }
  return { parts: partsOf(ops, eventsEach, size, left), apart: ops.count - judged, judged };
}

function partsOf(ops: OpColumns, eventsEach: Uint8Array, size: number, left: number): readonly Part[] {
  const sizes = new Int32Array(ops.keys.length);
  if (sizes.length === 1) sizes[0] = size;
  else sizeEach(ops, eventsEach, sizes);
  const used = [...sizes.keys()].filter((key) => sizes[key]! > 0);
  const [only] = used;
  if (only === undefined || used.length > 1) return split(ops, eventsEach, sizes, used);
  return [{ ops, key: only, events: left === 0 ? ops.order : eventsOf(ops, eventsEach, size) }];
}

/** Events that an operation has in a part, by what was done and its outcome. */
function eventsOfEach({ operations }: OpColumns, judged: readonly string[]): Uint8Array {
  const each = new Uint8Array(operations.length << 2);
  for (const [f, name] of operations.entries()) if (judged.includes(name)) each.set(EVENTS_OF, f << 2);
  return each;
}

/**
 * How often each operation had each outcome.
 *
 * A loop over a whole history stands in a function of its own, with next to nothing behind it. It is compiled while it runs
 * for the first time, when what comes after it has never been run: V8 takes that to be never run at all, throws the
 * compiled loop away when it is, and begins by interpreting it each time.
 */
function countEach({ count, f, outcome }: OpColumns, counts: Int32Array): void {
  for (let row = 0; row < count; row += 1) counts[(f[row]! << 2) | outcome[row]!]! += 1;
}

/** Events of each lock or key. */
function sizeEach({ count, f, outcome, key }: OpColumns, eventsEach: Uint8Array, sizes: Int32Array): void {
  for (let row = 0; row < count; row += 1) sizes[key[row]!]! += eventsEach[(f[row]! << 2) | outcome[row]!]!;
}

/** The events that are judged, all of one part. */
function eventsOf(ops: OpColumns, eventsEach: Uint8Array, size: number): Int32Array {
  const events = new Int32Array(size + 1);
  const isJudged = eventsEach.map((each) => (each === 0 ? 0 : 1));
  select(ops, isJudged, events);
  return events.subarray(0, size);
}

/** Writes each event, and keeps its place if it counts: a branch that nobody foresees would cost more. */
function select({ order, f, outcome }: OpColumns, isJudged: Uint8Array, into: Int32Array): void {
  let end = 0;
  for (let at = 0; at < order.length; at += 1) {
    const event = order[at]!;
    const row = rowOf(event);
    into[end] = event;
    end += isJudged[(f[row]! << 2) | outcome[row]!]!;
  }
}

function split(
  ops: OpColumns,
  eventsEach: Uint8Array,
  sizes: Int32Array,
  used: readonly number[],
): readonly Part[] {
  const { order, f, outcome, key } = ops;
  const all = new Int32Array(sizes.reduce((sum, size) => sum + size, 0));
  const ends = new Int32Array(sizes.length);
  let begin = 0;
  for (const place of used) {
    ends[place] = begin;
    begin += sizes[place]!;
  }
  for (let at = 0; at < order.length; at += 1) {
    const row = rowOf(order[at]!);
    if (eventsEach[(f[row]! << 2) | outcome[row]!] === 0) continue;
    const place = key[row]!;
    all[ends[place]!] = order[at]!;
    ends[place]! += 1;
  }
  return used.map((place) => ({
    ops,
    key: place,
    events: all.subarray(ends[place]! - sizes[place]!, ends[place]),
  }));
}

/** By outcome; of what failed, certainly without effect, none. */
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
