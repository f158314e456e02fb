/**
 * What one event of a history says, whatever wrote it: our own lines, Jepsen's JSON and EDN, Knossos' EDN and
 * Jepsen's log. `{type, process, f, value, time}` is what they share; locks, keys, owners and tokens stand beside it or
 * within the value.
 */
import type { ColumnBuilder } from "./column-builder.js";
import { F } from "./columns.js";
import { clear, isTypeWord, TYPE, type Draft } from "./draft.js";
import { isAnnotation } from "./event.js";
import { canonical } from "./values.js";

/** An event as plain data. Keywords of EDN are strings. */
export interface OpEvent {
  readonly type: "invoke" | "ok" | "fail" | "info";
  /** A number or a name. `nemesis`, `register` and `run` are no clients: what they say is kept apart. */
  readonly process: number | string;
  readonly f: string;
  readonly value?: unknown;
  /** ns */
  readonly time?: number;
  readonly lock?: unknown;
  readonly key?: unknown;
  readonly owner?: unknown;
  readonly token?: unknown;
  /** fail: `held` says that the lock was held. */
  readonly error?: unknown;
  /** Our own register: the version that was read or became, and that a write was computed from. */
  readonly version?: unknown;
  readonly parent?: unknown;
}

/** What a reader has learnt of a history so far. */
export interface Shape {
  /** Place that the last event gave itself. */
  lastIndex: number;
  /** Whether values are `[key value]`, as of Jepsen's independent tests; null: nothing has shown it yet. */
  keyed: boolean | null;
}

/** What an event is: of an operation (the draft is filled), or of something else. A text says what is wrong with it. */
export type Filled = "operation" | "apart" | { readonly flaw: string };

type Fields = Readonly<Record<string, unknown>>;

const APART: ReadonlySet<unknown> = new Set(["nemesis", "register", "run"]);
/** Whether a process is no client. */
export const isApart = (process: unknown): boolean => APART.has(process);
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Set);
const isPair = (value: unknown): value is readonly [unknown, unknown] =>
  Array.isArray(value) && value.length === 2;

export const createShape = (): Shape => ({ keyed: null, lastIndex: -1 });

/** Fills a draft with an event. */
export function fill(draft: Draft, event: unknown, to: ColumnBuilder, shape: Shape): Filled {
  if (!isFields(event)) return { flaw: "it is not an event, a map of type, process and f" };
  const { type, process, f, time, index } = event;
  if (typeof index === "number") {
    if (index <= shape.lastIndex) return { flaw: `its index ${index} comes after ${shape.lastIndex}` };
    shape.lastIndex = index;
  }
  if (process === undefined || process === null) return { flaw: 'it names no "process"' };
  if (isApart(process)) return "apart";
  if (typeof f !== "string" || f === "") return { flaw: 'it has no "f": what was done' };
  if (!isTypeWord(type)) return { flaw: `its "type" is ${short(type)}, not invoke, ok, fail or info` };
  if (isAnnotation(f)) return "apart";
  const wrong = flawOfName(process);
  if (wrong !== null) return { flaw: `its "process" is ${wrong}` };
  clear(draft);
  draft.type = TYPE[type];
  draft.process = to.names.code(process);
  draft.f = to.operation(f);
  // Beyond 2^53 a reader gives digits: nanoseconds since 1970 are, and nobody judges by their last ones.
  draft.time = typeof time === "number" || isDigits(time) ? Number(time) : Number.NaN;
  fillDetails(draft, event, to, shape);
  return "operation";
}

/** Fills a draft that knows its process and operation with all else that an event says. */
export function fillDetails(draft: Draft, event: Fields, to: ColumnBuilder, shape: Shape): void {
  draft.held = draft.type === TYPE.fail && saysHeld(event["error"]);
  fillValue(draft, event["value"], to, shape);
  fillFields(draft, event, to);
  if (event["lock"] === undefined && event["key"] !== undefined) draft.key = to.values.code(event["key"]);
}

export function fillValue(draft: Draft, value: unknown, to: ColumnBuilder, shape: Shape): void {
  if (value === undefined || value === null) return;
  if (isLockOperation(draft.f)) return fillLock(draft, value, to);
  const inner = withoutKey(draft, value, to, shape);
  if (draft.f === F.cas) {
    const [expected, next] = isPair(inner) ? inner : [inner, null];
    draft.value = to.values.code(expected);
    draft.extra = to.values.code(next);
  } else if (
    isFields(inner) &&
    draft.f <= F.add &&
    ["value", "version", "parent", "lock", "key"].some((name) => name in inner)
  ) {
    draft.value = to.values.code(inner["value"]);
    fillFields(draft, inner, to);
    if (inner["key"] !== undefined) draft.key = to.values.code(inner["key"]);
  } else draft.value = to.values.code(inner);
}

/** acquire and release: `nil`, an owner, a token, `[lock ...]`, or a map of them. */
function fillLock(draft: Draft, value: unknown, to: ColumnBuilder): void {
  if (isPair(value)) {
    draft.key = to.values.code(value[0]);
    if (value[1] !== null && value[1] !== undefined) fillLock(draft, value[1], to);
  } else if (isFields(value)) {
    fillFields(draft, value, to);
    if (value["lock"] === undefined && value["key"] !== undefined) draft.key = to.values.code(value["key"]);
  } else if (isTokenAlone(draft, value, to)) draft.token = tokenCode(value, to);
  else draft.owner = to.names.code(value);
}

/**
 * Whether a value alone is a token and no owner. Whoever asks for a lock knows who it is, so an owner stands in the
 * invocation already; what only the answer shows was given by the service. A release then shows it again.
 */
function isTokenAlone(draft: Draft, value: unknown, to: ColumnBuilder): boolean {
  if (!isDigits(value)) return false;
  if (isAcquire(draft.f)) return draft.type === TYPE.ok && !to.hasNamed(draft.process, "now");
  return to.hasTokens && !to.hasNamed(draft.process, "ever");
}

const isAcquire = (f: number): boolean =>
  f === F.acquire || f === F["acquire-read"] || f === F["acquire-write"];
const isLockOperation = (f: number): boolean =>
  isAcquire(f) || f === F.release || f === F["release-read"] || f === F["release-write"];

/** What may stand beside a value or within it. */
function fillFields(draft: Draft, fields: Fields, to: ColumnBuilder): void {
  const { lock, owner, client, token, fence, mode, version, parent } = fields;
  if (lock !== undefined) draft.key = to.values.code(lock);
  const who = owner ?? (fields["f"] === undefined ? client : undefined);
  if (who !== undefined && who !== null) draft.owner = to.names.code(who);
  const shown = token ?? fence;
  if (shown !== undefined && shown !== null) draft.token = tokenCode(shown, to);
  if (mode !== undefined) draft.f = withMode(draft.f, mode);
  // Our own register answers with versions: each is written once, whatever the value.
  if (parent !== undefined) {
    draft.extra = to.values.code(parent);
    draft.value = to.values.code(version);
  } else if (version !== undefined) draft.value = to.values.code(version);
}

/** Takes the key off `[key value]`. */
function withoutKey(draft: Draft, value: unknown, to: ColumnBuilder, shape: Shape): unknown {
  const inner = isPair(value) ? value[1] : undefined;
  const looksKeyed = isPair(value) && (draft.f !== F.cas || isPair(inner));
  // What a read returned may be a list of two; what was asked for tells.
  if (shape.keyed === null && (draft.type === TYPE.invoke || draft.f !== F.read)) shape.keyed = looksKeyed;
  if (shape.keyed !== true || !isPair(value)) return value;
  draft.key = to.values.code(value[0]);
  return inner;
}

const READ_MODES: ReadonlySet<unknown> = new Set(["read", "shared"]);
const WRITE_MODES: ReadonlySet<unknown> = new Set(["write", "exclusive"]);

function withMode(f: number, mode: unknown): number {
  if (f !== F.acquire && f !== F.release) return f;
  if (READ_MODES.has(mode)) return f === F.acquire ? F["acquire-read"] : F["release-read"];
  if (WRITE_MODES.has(mode)) return f === F.acquire ? F["acquire-write"] : F["release-write"];
  return f;
}

const isDigits = (value: unknown): boolean =>
  typeof value === "bigint" ||
  (typeof value === "number" && Number.isInteger(value)) ||
  (typeof value === "string" && /^-?\d+$/.test(value));

/** 64-bit tokens do not survive JSON as numbers: as digits they mean the same. */
const tokenCode = (token: unknown, to: ColumnBuilder): number =>
  to.values.code(typeof token === "string" && isDigits(token) ? BigInt(token) : token);

/** `held`, also as the first of a list. */
const saysHeld = (error: unknown): boolean =>
  error === "held" || (Array.isArray(error) && error[0] === "held");

const flawOfName = (name: unknown): string | null =>
  typeof name === "string" || (typeof name === "number" && Number.isFinite(name)) ? null : short(name);

export function short(value: unknown): string {
  const text = value === undefined ? "missing" : canonical(value);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
