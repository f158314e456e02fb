import type { ColumnBuilder } from "../column-builder.js";
import { clear, type Draft } from "../draft.js";
import { fill, fillDetails, fillValue, type Filled, type Shape } from "../op-event.js";
import type { Word } from "./words.js";

/** The fields of an event that mean something. Whatever else a line says is read and forgotten. */
const FIELDS = [
  "type",
  "process",
  "f",
  "value",
  "time",
  "index",
  "error",
  "lock",
  "key",
  "owner",
  "token",
  "fence",
  "mode",
  "version",
  "parent",
] as const;

export type Field = (typeof FIELDS)[number];
/** Where a field is in a line's columns. */
export const FIELD = Object.fromEntries(FIELDS.map((name, place) => [name, place])) as Readonly<
  Record<Field, number>
>;
/** Where what stands within a list is, for a moment. */
export const INNER = FIELDS.length;
/** Where goes what nobody asks for. */
export const IGNORED = FIELDS.length + 1;
const CELLS = FIELDS.length + 2;

export const fieldOf = (name: string): number =>
  Object.hasOwn(FIELD, name) ? FIELD[name as Field] : IGNORED;

export const KIND = { number: 0, word: 1, other: 2 } as const;

/** What a line says, a cell for each field: no object is made of a line. Filled again for each. */
export interface PlainLine {
  /** The fields that it has: a bit for each. */
  seen: number;
  /** One of {@link KIND}. */
  readonly kinds: Uint8Array;
  readonly numbers: Float64Array;
  readonly words: Word[];
  readonly others: unknown[];
}

export const createLine = (): PlainLine => ({
  seen: 0,
  kinds: new Uint8Array(CELLS),
  numbers: new Float64Array(CELLS),
  words: [],
  others: [],
});

/** What a cell holds, as JSON.parse has it; undefined: the line has no such field. */
function cellOf(line: PlainLine, field: number): unknown {
  return (line.seen & (1 << field)) === 0 ? undefined : saidIn(line, field);
}

/** What was written into a cell last. */
export function saidIn(line: PlainLine, field: number): unknown {
  const kind = line.kinds[field];
  if (kind === KIND.number) return line.numbers[field];
  return kind === KIND.word ? line.words[field]!.text : line.others[field];
}

/** The line as an event. */
function eventOf(line: PlainLine): Readonly<Record<Field, unknown>> {
  return {
    type: cellOf(line, FIELD.type),
    process: cellOf(line, FIELD.process),
    f: cellOf(line, FIELD.f),
    value: cellOf(line, FIELD.value),
    time: cellOf(line, FIELD.time),
    index: cellOf(line, FIELD.index),
    error: cellOf(line, FIELD.error),
    lock: cellOf(line, FIELD.lock),
    key: cellOf(line, FIELD.key),
    owner: cellOf(line, FIELD.owner),
    token: cellOf(line, FIELD.token),
    fence: cellOf(line, FIELD.fence),
    mode: cellOf(line, FIELD.mode),
    version: cellOf(line, FIELD.version),
    parent: cellOf(line, FIELD.parent),
  };
}

const bits = (...fields: readonly Field[]): number =>
  fields.reduce((all, field) => all | (1 << FIELD[field]), 0);
const NEEDED = bits("type", "process", "f");
const VALUE = bits("value");
const TIME = bits("time");
const INDEX = bits("index");
/** Without any of these nothing is to be told of a line but its value. */
const DETAILS = bits("error", "lock", "key", "owner", "token", "fence", "mode", "version", "parent");

/** Fills a draft with a line, as `fill` does with an event: quicker where a line is as lines mostly are. */
export function fillLine(draft: Draft, line: PlainLine, to: ColumnBuilder, shape: Shape): Filled {
  const { seen, kinds, numbers, words } = line;
  if ((seen & NEEDED) !== NEEDED || kinds[FIELD.type] !== KIND.word || kinds[FIELD.f] !== KIND.word)
    return fill(draft, eventOf(line), to, shape);
  const { type } = words[FIELD.type]!;
  const operation = words[FIELD.f]!;
  const index = (seen & INDEX) === 0 ? Infinity : numbers[FIELD.index]!;
  const process = processOf(line, to);
  if (
    type < 0 ||
    process === null ||
    !operation.isOperation ||
    !(index > shape.lastIndex) ||
    (index !== Infinity && kinds[FIELD.index] !== KIND.number) ||
    ((seen & TIME) !== 0 && kinds[FIELD.time] !== KIND.number)
  )
    return fill(draft, eventOf(line), to, shape);
  if (index !== Infinity) shape.lastIndex = index;
  clear(draft);
  draft.type = type;
  draft.process = process;
  if (operation.operation < 0) operation.operation = to.operation(operation.text);
  draft.f = operation.operation;
  if ((seen & TIME) !== 0) draft.time = numbers[FIELD.time]!;
  if ((seen & DETAILS) !== 0) fillDetails(draft, eventOf(line), to, shape);
  else if ((seen & VALUE) !== 0) fillValue(draft, cellOf(line, FIELD.value), to, shape);
  return "operation";
}

/** A client's name; null: it is none, or one that is no plain number or word. */
function processOf({ kinds, numbers, words }: PlainLine, to: ColumnBuilder): number | null {
  if (kinds[FIELD.process] === KIND.number) {
    const process = numbers[FIELD.process]!;
    return (process | 0) === process && process >= 0 ? process : null;
  }
  if (kinds[FIELD.process] !== KIND.word) return null;
  const { apart, text } = words[FIELD.process]!;
  return apart ? null : to.names.code(text);
}
