import { guessModels } from "../../checker/models/guess.js";
import type { ModelVerdict } from "../../checker/models/types.js";
import { LockjepsenError } from "../error.js";
import { cell, NEVER, NIL, type OpColumns } from "../history/columns.js";
import type { OpHistory } from "../history/reading/read-ops.js";
import { worst } from "./worst.js";
import { judgeInThreads } from "./threads.js";
import type { CheckedHistory, CheckedModel, CheckOptions, ShownOp } from "./types.js";

/** Judges operations against the models that were named, or that they call for. Throws a usage error where none fits. */
export async function checkHistory(
  file: string,
  history: OpHistory,
  options: CheckOptions,
  readingMs: number,
): Promise<CheckedHistory> {
  const { ops, format, apart, skipped, notes } = history;
  const guessed = options.models.length === 0;
  const names = guessed ? guessModels(ops) : options.models;
  if (names.length === 0)
    throw new LockjepsenError(
      "usage",
      `${file} has no operation that a model speaks of: ${ops.operations.slice(-5).join(", ")}`,
      "name a model of your own with --model ./model.mjs (see docs/check.md)",
    );
  const began = performance.now();
  const models: CheckedModel[] = [];
  for (const name of names) models.push(told(ops, await judgeInThreads(ops, name, options)));
  return {
    kind: "history",
    file,
    verdict: worst(models.map(({ verdict }) => verdict)),
    format,
    guessed,
    operations: ops.count,
    events: ops.eventCount,
    apart,
    skipped,
    notes: guessed && names.includes("fenced-mutex") ? [...notes, OVERLAPS_UNSEEN] : notes,
    models,
    ms: { reading: Math.round(readingMs), judging: Math.round(performance.now() - began) },
  };
}

/** What a person who named no model would not expect of a guess. */
const OVERLAPS_UNSEEN =
  "tokens made it fenced-mutex, which asks only that they rise: holds may overlap. --model owner-mutex forbids that";

const told = (ops: OpColumns, { troubles, ...verdict }: ModelVerdict): CheckedModel => ({
  ...verdict,
  troubles: troubles.map(({ witness, ...trouble }) => ({
    ...trouble,
    ops: witness.map((row) => shownOp(ops, row)),
  })),
});

const OUTCOMES = ["ok", "fail", "info", "held"];

function shownOp(ops: OpColumns, row: number): ShownOp {
  const plain = (code: number): unknown => {
    const value = ops.valueOf(code);
    if (typeof value === "bigint") return String(value);
    return value instanceof Set ? [...value] : value;
  };
  const [extra, token] = [cell(ops.extra, row), cell(ops.token, row)];
  const time = (ns: number): number | null => (Number.isNaN(ns) ? null : ns);
  return {
    invoked: ops.invoke[row]!,
    completed: ops.complete[row] === NEVER ? null : ops.complete[row]!,
    process: ops.nameOf(ops.process[row]!),
    owner: ops.nameOf(ops.owner[row]!),
    f: ops.operations[ops.f[row]!]!,
    outcome: OUTCOMES[ops.outcome[row]!]!,
    value: plain(ops.value[row]!),
    ...(extra === NIL ? {} : { extra: plain(extra) }),
    ...(token === NIL ? {} : { token: plain(token) }),
    from: time(ops.invokeTime[row]!),
    to: time(ops.completeTime[row]!),
  };
}
