import { LockjepsenError } from "../error.js";
import type { JudgeContext } from "./context.js";
import type { HistoryEvent } from "./event.js";

const MEND = "take the file as the run left it: its first event is the run's begin and says how to judge it";

/** How a history is to be judged: what its `begin` says, and before that what `override` says. Throws a usage error. */
export function contextOf(
  events: readonly HistoryEvent[],
  source: string,
  override: Partial<JudgeContext> = {},
): JudgeContext {
  const begin = events.find((event) => event.process === "run" && event.f === "begin");
  const said = begin && "value" in begin ? begin.value : undefined;
  if (begin === undefined && Object.keys(override).length === 0)
    throw new LockjepsenError("usage", `${source} has no begin event: it does not say what was tested`, MEND);
  if (said !== undefined && (typeof said !== "object" || said === null))
    throw new LockjepsenError("usage", `the begin event of ${source} says nothing about the run`, MEND);
  const context = { ...said, ...override } as JudgeContext;
  const version: unknown = context.version;
  if (version !== 1)
    throw new LockjepsenError(
      "usage",
      `the begin event of ${source} is of version ${String(version)}, and this lockjepsen reads version 1`,
      "judge it with the lockjepsen that recorded it",
    );
  const missing = context.servers === undefined || isTexts(context.servers) ? lacks(context) : "servers";
  if (missing !== null)
    throw new LockjepsenError("usage", `the begin event of ${source} lacks a valid "${missing}"`, MEND);
  return context;
}

const oneOf =
  (...words: readonly unknown[]) =>
  (value: unknown): boolean =>
    words.includes(value);
const isText = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const orNull = (test: (value: unknown) => boolean) => (value: unknown) => value === null || test(value);

const CONTEXT: Readonly<Partial<Record<keyof JudgeContext, (value: unknown) => boolean>>> = {
  backend: isText,
  recipe: isText,
  ttlMs: isNumber,
  freedWithinMs: orNull(isNumber),
  fencing: oneOf("off", "on", "writes", "identity"),
  discipline: oneOf("trusting", "checking", "heedless"),
  workload: isText,
  leastGrants: isNumber,
  nemeses: isTexts,
  locks: isTexts,
  clients: isTexts,
};
const PROMISES: Readonly<Partial<Record<keyof JudgeContext["promises"], (value: unknown) => boolean>>> = {
  exclusion: oneOf("service", "timing", "none", "resource"),
  lease: oneOf("ttl", "session", "connection", "none"),
  renewals: oneOf("visible", "none", "hidden"),
  token: orNull(isText),
  except: isTexts,
};

/** The first field that is not what a judge needs it to be. */
function lacks(context: JudgeContext): string | null {
  const wrong = (tests: object, value: object): string | undefined =>
    Object.entries(tests).find(
      ([field, test]: [string, (value: unknown) => boolean]) =>
        !test((value as Readonly<Record<string, unknown>>)[field]),
    )?.[0];
  const field = wrong(CONTEXT, context);
  if (field !== undefined) return field;
  const promises: unknown = context.promises;
  if (typeof promises !== "object" || promises === null) return "promises";
  const promise = wrong(PROMISES, promises);
  return promise === undefined ? null : `promises.${promise}`;
}
