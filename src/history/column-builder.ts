import { KNOWN_OPERATIONS, NEVER, NIL, OUTCOME, type OpColumns } from "./columns.js";
import { TYPE, UNSAID, type Draft } from "./draft.js";
import { createNumberMap } from "./number-map.js";
import { createNames, createValues, TooManyValues, type Names, type Values } from "./values.js";

/** Takes events one by one, in the order of the record, and pairs them. */
export interface ColumnBuilder {
  readonly names: Names;
  readonly values: Values;
  /** Place of an operation's name. */
  operation(name: string): number;
  /** Whether a process has named the owner on whose behalf it acts: with the operation that it has open, or ever. */
  hasNamed(process: number, when: "now" | "ever"): boolean;
  /** Whether any operation has shown a token so far. */
  readonly hasTokens: boolean;
  /** Takes an event. What is wrong with it, in words; null: nothing. A flawed one is left out, but has its place. */
  take(draft: Draft): string | null;
  /** Whether a process has an operation open. */
  isOpen(process: number): boolean;
  /** Leaves what a process has open as it is, for ever: its answer is lost. */
  abandon(process: number): void;
  /** Operations so far. */
  readonly count: number;
  /** Counts an event that is no operation's (a fault, a log line, a note): it has a place, too. */
  pass(): void;
  /** Makes room for about so many operations at once, where one can tell. */
  reserve(operations: number): void;
  /** The columns; operations that are still open stay so for ever. To be called once. */
  finish(): OpColumns;
}

const MOST_OPERATIONS = 2 ** 30 - 1;
const MOST_NAMES = 2 ** 16 - 1;
const MOST_KEYS = 2 ** 23;
const NONE = new Float64Array(0);

export function columnBuilder(): ColumnBuilder {
  const names = createNames();
  const values = createValues();
  const operations: string[] = [...KNOWN_OPERATIONS];
  const operationPlaces = new Map<string, number>(operations.map((name, place) => [name, place]));
  const keys: number[] = [NIL];
  const keyPlaces = new Map<number, number>([[NIL, 0]]);
  let [lastKey, lastKeyPlace] = [NIL, 0];
  const open = createNumberMap();
  /** Row in which a process last named an owner; empty where a record names none. */
  const named = createNumberMap();

  let capacity = 1_024;
  let count = 0;
  let eventCount = 0;
  let orderCount = 0;
  let process = new Int32Array(capacity);
  let owner = new Int32Array(capacity);
  let f = new Uint16Array(capacity);
  let outcome = new Uint8Array(capacity);
  let invoke = new Int32Array(capacity);
  let complete = new Int32Array(capacity);
  let key = new Int32Array(capacity);
  let value = new Float64Array(capacity);
  let extra = NONE;
  let token = NONE;
  let invokeTime = new Float64Array(capacity);
  let completeTime = new Float64Array(capacity);
  let order = new Int32Array(2 * capacity);

  function reserve(wanted: number): void {
    if (wanted <= capacity) return;
    capacity = Math.min(Math.ceil(wanted), MOST_OPERATIONS);
    process = larger(process, new Int32Array(capacity));
    owner = larger(owner, new Int32Array(capacity));
    f = larger(f, new Uint16Array(capacity));
    outcome = larger(outcome, new Uint8Array(capacity));
    invoke = larger(invoke, new Int32Array(capacity));
    complete = larger(complete, new Int32Array(capacity));
    key = larger(key, new Int32Array(capacity));
    value = larger(value, new Float64Array(capacity));
    if (extra.length > 0) extra = padded(extra, capacity);
    if (token.length > 0) token = padded(token, capacity);
    invokeTime = larger(invokeTime, new Float64Array(capacity));
    completeTime = larger(completeTime, new Float64Array(capacity));
    order = larger(order, new Int32Array(2 * capacity));
  }

  function placeOfKey(code: number): number {
    if (code === lastKey) return lastKeyPlace;
    let place = keyPlaces.get(code);
    if (place === undefined) {
      if (keys.length >= MOST_KEYS) throw new TooManyValues(`more than ${MOST_KEYS} different locks or keys`);
      place = keys.push(code) - 1;
      keyPlaces.set(code, place);
    }
    [lastKey, lastKeyPlace] = [code, place];
    return place;
  }

  /** Who acts: as named now, else as this process named it last (a release often says nothing), else the process. */
  function setOwner(row: number, draft: Draft): void {
    if (draft.owner !== UNSAID) {
      owner[row] = draft.owner;
      named.set(draft.process, row);
      return;
    }
    const before = named.size === 0 ? -1 : named.get(draft.process);
    owner[row] = before < 0 ? draft.process : owner[before]!;
  }

  function begin(draft: Draft): string | null {
    const before = open.get(draft.process);
    if (before >= 0)
      return `process ${names.nameOf(draft.process)} begins to ${operations[draft.f]} before its ${operations[f[before]!]} of event ${invoke[before]} has ended`;
    if (count === capacity) {
      if (count >= MOST_OPERATIONS) return `there are more than ${MOST_OPERATIONS} operations`;
      reserve(capacity * 1.5);
    }
    const row = count;
    count += 1;
    process[row] = draft.process;
    setOwner(row, draft);
    f[row] = draft.f;
    outcome[row] = OUTCOME.info;
    invoke[row] = eventCount;
    complete[row] = NEVER;
    key[row] = placeOfKey(draft.key);
    value[row] = NIL;
    invokeTime[row] = draft.time;
    completeTime[row] = Number.NaN;
    note(row, draft);
    order[orderCount] = row << 1;
    orderCount += 1;
    open.set(draft.process, row);
    return null;
  }

  function end(draft: Draft): string | null {
    const row = open.get(draft.process);
    if (row < 0 || f[row] !== draft.f)
      return `the ${operations[draft.f]} of process ${names.nameOf(draft.process)} ends without having begun`;
    if (draft.key !== NIL) {
      const place = placeOfKey(draft.key);
      if (key[row] !== 0 && key[row] !== place)
        return `the ${operations[draft.f]} of process ${names.nameOf(draft.process)} ends with another lock or key than it began with`;
      key[row] = place;
    }
    if (draft.owner !== UNSAID) setOwner(row, draft);
    completeTime[row] = draft.time;
    open.delete(draft.process);
    if (draft.type === TYPE.info) return null;
    complete[row] = eventCount;
    outcome[row] = draft.type === TYPE.ok ? OUTCOME.ok : draft.held ? OUTCOME.held : OUTCOME.fail;
    if (draft.type === TYPE.ok) note(row, draft);
    order[orderCount] = (row << 1) | 1;
    orderCount += 1;
    return null;
  }

  function note(row: number, draft: Draft): void {
    if (draft.value !== NIL) value[row] = draft.value;
    if (draft.extra !== NIL) {
      if (extra.length === 0) extra = padded(extra, capacity);
      extra[row] = draft.extra;
    }
    if (draft.token !== NIL) {
      if (token.length === 0) token = padded(token, capacity);
      token[row] = draft.token;
    }
  }

  return {
    names,
    values,
    operation(name) {
      const known = operationPlaces.get(name);
      if (known !== undefined) return known;
      if (operations.length > MOST_NAMES) return MOST_NAMES;
      operationPlaces.set(name, operations.length);
      return operations.push(name) - 1;
    },
    hasNamed: (process, when) => {
      const row = named.get(process);
      return row >= 0 && (when === "ever" || row === open.get(process));
    },
    get hasTokens() {
      return token.length > 0;
    },
    take(draft) {
      const flaw = draft.type === TYPE.invoke ? begin(draft) : end(draft);
      eventCount += 1;
      return flaw;
    },
    isOpen: (process) => open.get(process) >= 0,
    abandon: (process) => open.delete(process),
    get count() {
      return count;
    },
    pass() {
      eventCount += 1;
    },
    reserve,
    finish: () => ({
      count,
      eventCount,
      process: process.subarray(0, count),
      owner: owner.subarray(0, count),
      f: f.subarray(0, count),
      outcome: outcome.subarray(0, count),
      invoke: invoke.subarray(0, count),
      complete: complete.subarray(0, count),
      key: key.subarray(0, count),
      value: value.subarray(0, count),
      extra: extra.subarray(0, count),
      token: token.subarray(0, count),
      invokeTime: invokeTime.subarray(0, count),
      completeTime: completeTime.subarray(0, count),
      order: order.subarray(0, orderCount),
      operations,
      keys: keys.map((code) => values.valueOf(code)),
      tables: { names: names.table, values: values.table },
      nameOf: names.nameOf,
      valueOf: values.valueOf,
    }),
  };
}

function larger<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}

function padded(from: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(length).fill(NIL, from.length);
  to.set(from);
  return to;
}
