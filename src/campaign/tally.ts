/** What the runs of a campaign say, cell by cell. Pure. */
import type { Cause, VerdictWord } from "../../checker/types.js";
import { EXIT } from "../error.js";
import { count } from "../report/text.js";
import type { Cell } from "./cells.js";
import { isJudged, type FailedRecord, type JudgedRecord, type RunRecord } from "./record.js";
import { rate, type Rate } from "./statistics.js";

export interface CellTally {
  readonly key: string;
  readonly verdicts: Readonly<Record<VerdictWord, number>>;
  /** Violated among those that could be judged. */
  readonly violated: Rate;
  readonly causes: Readonly<Partial<Record<Cause, number>>>;
  /** Violations of each kind. */
  readonly counts: JudgedRecord["counts"];
  readonly updates: { readonly acknowledged: number; readonly lost: number };
  readonly surprising: readonly JudgedRecord[];
  readonly failed: readonly FailedRecord[];
  readonly skipped: FailedRecord | null;
  readonly last: JudgedRecord | null;
}

export function tally(cells: readonly Cell[], records: readonly RunRecord[]): readonly CellTally[] {
  return cells.map(({ key }) => {
    const own = records.filter((record) => record.key === key);
    const judged = own.filter(isJudged);
    const failures = own.filter((record): record is FailedRecord => record.kind !== "judged");
    const count = (word: VerdictWord): number => judged.filter(({ verdict }) => verdict === word).length;
    const verdicts = { valid: count("valid"), violated: count("violated"), unknown: count("unknown") };
    return {
      key,
      verdicts,
      violated: rate(verdicts.violated, verdicts.violated + verdicts.valid),
      causes: summed(judged.map(({ causes }) => causes)),
      counts: summed(judged.map(({ counts }) => counts)),
      updates: {
        acknowledged: judged.reduce((sum, { updates }) => sum + updates.acknowledged, 0),
        lost: judged.reduce((sum, { updates }) => sum + updates.lost, 0),
      },
      surprising: judged.filter(({ surprises }) => surprises.length > 0),
      failed: failures.filter(({ kind }) => kind === "failed"),
      skipped: failures.find(({ kind }) => kind === "skipped") ?? null,
      last: judged.at(-1) ?? null,
    };
  });
}

function summed<K extends string>(
  all: readonly Readonly<Partial<Record<K, number>>>[],
): Partial<Record<K, number>> {
  const sum: Partial<Record<K, number>> = {};
  for (const one of all)
    for (const [name, times] of Object.entries(one) as [K, number][]) sum[name] = (sum[name] ?? 0) + times;
  return sum;
}

/** How many of what: none of them hides another. */
export interface Totals {
  readonly runs: number;
  readonly surprises: number;
  readonly failed: number;
  readonly unknown: number;
  readonly skipped: number;
}

export function totals(records: readonly RunRecord[]): Totals {
  const judged = records.filter(isJudged);
  return {
    runs: judged.length,
    surprises: judged.filter(({ surprises }) => surprises.length > 0).length,
    failed: records.filter(({ kind }) => kind === "failed").length,
    unknown: judged.filter(({ verdict }) => verdict === "unknown").length,
    skipped: records.filter(({ kind }) => kind === "skipped").length,
  };
}

/** A surprise outranks trouble with the machine, and that a run which says nothing. */
export function exitCodeFor({ runs, surprises, failed, unknown }: Totals): number {
  if (surprises > 0) return EXIT.violated;
  if (failed > 0) return EXIT.environment;
  return unknown > 0 || runs === 0 ? EXIT.unknown : EXIT.valid;
}

/** So many surprises are named at the end: the page has them all. */
const MOST_NAMED = 5;

/** Why a campaign ends with the exit code that it does, and how to see each surprise again. Lines, the last of its log. */
export function conclusion(records: readonly RunRecord[]): readonly string[] {
  const { runs, surprises, failed, unknown, skipped } = totals(records);
  const judged = records.filter(isJudged);
  const named = judged.filter((record) => record.surprises.length > 0).slice(0, MOST_NAMED);
  const trouble = [
    ...(surprises > 0 ? [count(surprises, "surprise")] : []),
    ...(failed > 0 ? [`${failed} could not be made`] : []),
    ...(unknown > 0 ? [`${unknown} too weak to judge`] : []),
  ];
  const harm = judged.some(({ verdict }) => verdict === "violated");
  const calm =
    runs === 0
      ? "nothing to go by"
      : harm
        ? "no surprise: what is violated is what such locks allow"
        : "no surprise";
  return [
    ...named.flatMap((record) => [
      `SURPRISE  ${record.key}: ${record.surprises.join("; ")}`,
      `  again   ${record.command}`,
    ]),
    `${count(runs, "run")} judged${skipped > 0 ? `, ${skipped} skipped` : ""}: ${trouble.join(", ") || calm}`,
  ];
}
