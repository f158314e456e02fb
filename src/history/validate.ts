import { isAnnotation, isClientEvent, type HistoryEvent } from "./event.js";

/**
 * What is wrong with a parsed line, in words; null: it is an event. Looks by hand at what checkers rely on, since a
 * schema library would take longer than all of them together. Fields that nobody knows are let through.
 */
export function flaw(value: unknown): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "not an event";
  const event = value as HistoryEvent;
  if (!isTime(event.time)) return `"time" is ${shown(event.time)}, not nanoseconds since the run began`;
  if (!TYPES.has(event.type)) return `"type" is ${shown(event.type)}, not invoke, ok, fail or info`;
  if (!isText(event.f)) return `"f" is ${shown(event.f)}, not the name of what was done`;
  if (isClientEvent(event)) return flawOfClient(event);
  switch (event.process) {
    case "register":
      return flawOfRegister(event);
    case "nemesis":
      return flawOfNemesis(event);
    case "run":
      return flawOfRun(event);
    default:
      return `"process" is ${shown((value as { process?: unknown }).process)}, not a number, register, nemesis or run`;
  }
}

const TYPES: ReadonlySet<unknown> = new Set(["invoke", "ok", "fail", "info"]);
const OPERATIONS: ReadonlySet<string> = new Set(["acquire", "release", "read", "write"]);

type Raw = Readonly<Record<string, unknown>>;
type Check = readonly [
  field: string,
  test: (value: unknown) => boolean,
  expected: string,
  need?: (event: HistoryEvent) => boolean,
];

const isTime = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isDigits = (value: unknown): boolean => typeof value === "string" && /^-?\d+$/.test(value);
const isNames = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
/** A lease that was lost before the run's first instant is no less a lease. */
const isInstant = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);

const done = ({ type }: HistoryEvent, f: string, is: string): boolean => type === "ok" && f === is;

const SHARED: readonly Check[] = [
  ["lock", isText, "a lock's name", () => true],
  ["client", isText, "a client's name", () => true],
  ["grant", isText, "a grant's name"],
  ["token", isDigits, "a token as a string of digits"],
  ["session", isText, "a session's name"],
  ["id", isText, "a write's name"],
];

const CLIENT: readonly Check[] = [
  ...SHARED,
  ["grant", isText, "a grant's name", (event) => done(event, event.f, "acquire") || isAnnotation(event.f)],
  ["validUntil", isInstant, "a time in nanoseconds", (event) => done(event, event.f, "renew")],
  ["sent", isInstant, "a time in nanoseconds", (event) => done(event, event.f, "renew")],
  ["version", isCount, "a version", (event) => done(event, event.f, "read") || done(event, event.f, "write")],
  ["parent", isCount, "a version", (event) => event.f === "write"],
  ["id", isText, "a write's name", (event) => event.f === "write"],
];

const REGISTER: readonly Check[] = [
  ...SHARED,
  ["by", isCount, "a process", () => true],
  ["version", isCount, "a version", (event) => event.type === "ok"],
  ["parent", isCount, "a version", (event) => event.f === "write" && event.type === "ok"],
  ["id", isText, "a write's name", (event) => event.f === "write"],
];

const NEMESIS: readonly Check[] = [
  ["fault", isText, "a fault's name", () => true],
  ["nodes", isNames, "names of nodes", (event) => event.type === "ok" && event.f !== "recover"],
  ["from", isInstant, "a time in nanoseconds"],
  ["session", isText, "a session's name"],
  ["stopMs", isInstant, "a time in milliseconds"],
];

function flawOfClient(event: HistoryEvent & { f: string }): string | null {
  if (!isCount(event.process)) return `"process" is ${shown(event.process)}, not a whole number`;
  if (!OPERATIONS.has(event.f) && !isAnnotation(event.f))
    return `"f" is ${shown(event.f)}, which no client does`;
  return firstFlaw(event, CLIENT);
}

function flawOfRegister(event: HistoryEvent & { f: string }): string | null {
  if (event.f !== "read" && event.f !== "write") return `"f" is ${shown(event.f)}, which no register does`;
  if (event.type !== "ok" && event.type !== "fail") return `"type" is ${shown(event.type)}, not ok or fail`;
  return firstFlaw(event, REGISTER);
}

const flawOfNemesis = (event: HistoryEvent): string | null => firstFlaw(event, NEMESIS);

function flawOfRun(event: HistoryEvent): string | null {
  if (event.f === "client-exit") return firstFlaw(event, [["client", isText, "a client's name", () => true]]);
  return ["begin", "healed", "traffic", "end"].includes(event.f)
    ? null
    : `"f" is ${shown(event.f)}, which no run says`;
}

function firstFlaw(event: HistoryEvent, checks: readonly Check[]): string | null {
  const raw = event as unknown as Raw;
  for (const [field, test, expected, need] of checks) {
    const value = raw[field];
    if (value === undefined ? need?.(event) === true : !test(value))
      return `"${field}" is ${shown(value)}, not ${expected}`;
  }
  return null;
}

function shown(value: unknown): string {
  const text = value === undefined ? "missing" : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
