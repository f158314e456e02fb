/** What a campaign keeps of each run, one line each. */
import { relative } from "node:path";
import type { VerdictWord } from "../../checker/types.js";
import { titleOf } from "../report/outcome.js";
import { count } from "../report/text.js";
import type { VerdictDocument } from "../report/types.js";

/** A run that came to a verdict. */
export interface JudgedRecord {
  readonly key: string;
  readonly kind: "judged";
  readonly title: string;
  readonly seed: number;
  readonly verdict: VerdictWord;
  /** Why it is not what its recipe's promises let expect; empty: it is. */
  readonly surprises: readonly string[];
  readonly reasons: readonly string[];
  readonly updates: VerdictDocument["updates"];
  readonly counts: VerdictDocument["counts"];
  readonly causes: VerdictDocument["causes"];
  readonly grants: number;
  readonly challenged: number;
  readonly brokenPromises: number;
  /** Medians in ms; null: it did not happen. */
  readonly acquireMs: number | null;
  readonly handOverMs: number | null;
  readonly command: string;
  /** Of the run's directory, from the campaign's; null: not kept. */
  readonly directory: string | null;
  readonly tookMs: number;
}

/** One that came to none: `skipped`, since what was asked for makes no sense there, or the machine's fault. */
export interface FailedRecord {
  readonly key: string;
  readonly kind: "skipped" | "failed";
  readonly seed: number;
  readonly message: string;
  readonly hint: string;
  readonly tookMs: number;
}

export type RunRecord = JudgedRecord | FailedRecord;

export const isJudged = (record: RunRecord): record is JudgedRecord => record.kind === "judged";

export function recordOf(
  key: string,
  document: VerdictDocument,
  {
    directory,
    tookMs,
    expect,
  }: { readonly directory: string; readonly tookMs: number; readonly expect?: VerdictWord },
): JudgedRecord {
  const { run, files, verdict, updates, counts, causes, grants, challenged, brokenPromises, reasons } =
    document;
  return {
    key,
    kind: "judged",
    title: titleOf(document),
    seed: run.seed,
    verdict,
    surprises: surprisesIn(document, expect),
    reasons: reasons.slice(0, 5),
    updates,
    counts,
    causes,
    grants,
    challenged,
    brokenPromises,
    acquireMs: document.latency["acquire"]?.p50 ?? null,
    handOverMs: document.handOver.released?.p50 ?? null,
    command: run.command,
    directory: relative(directory, files.directory),
    tookMs: Math.round(tookMs),
  };
}

/** Kinds that no fence is there to prevent. */
const NO_FENCE = ["orphan", "unrecovered"];

/**
 * What nobody who has read the recipe's documentation would expect: a promise broken, harm behind a whole fence, or servers
 * that do not recover; or another verdict than the one that was announced. A weak run surprises nobody: it says nothing.
 */
export function surprisesIn(
  { verdict, brokenPromises, run, reasons, counts }: VerdictDocument,
  expect?: VerdictWord,
): readonly string[] {
  const { unrecovered = 0 } = counts;
  const harms = Object.keys(counts).filter((kind) => !NO_FENCE.includes(kind));
  if (expect !== undefined) return verdict === expect ? [] : [`${verdict}, not ${expect} as expected`];
  return [
    ...(brokenPromises > 0
      ? [`${brokenPromises} broken ${brokenPromises === 1 ? "promise" : "promises"}`]
      : []),
    ...(harms.length > 0 && run.fencing === "on" && brokenPromises === 0
      ? [`violated behind a fence: ${reasons[0] ?? ""}`]
      : []),
    ...(unrecovered > 0 ? [`not healthy again in time: ${count(unrecovered, "fault")}`] : []),
  ];
}
