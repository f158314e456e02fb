import { CAUSES, type Cause, type VerdictWord } from "../../checker/types.js";
import type { VerdictDocument } from "../report/types.js";
import { rate, type Rate } from "./statistics.js";

/** What many runs of one plan say together. */
export interface Summary {
  readonly version: 1;
  readonly runs: number;
  readonly verdicts: Readonly<Record<VerdictWord, number>>;
  /** Violated among those that could be judged: an `unknown` says nothing either way. */
  readonly violated: Rate;
  /** Overlaps by cause: in how many runs of each verdict, and how many in all. */
  readonly causes: readonly CauseSummary[];
  readonly updates: { readonly acknowledged: number; readonly lost: number; readonly lostShare: number };
  readonly brokenPromises: number;
  /** Of the runs, in their order. */
  readonly seeds: readonly number[];
}

export interface CauseSummary {
  readonly cause: Cause;
  readonly runs: Readonly<Record<VerdictWord, number>>;
  readonly overlaps: number;
}

export function summarise(documents: readonly VerdictDocument[]): Summary {
  const verdicts = byVerdict(documents);
  const sum = (of: (document: VerdictDocument) => number): number =>
    documents.reduce((total, document) => total + of(document), 0);
  const acknowledged = sum(({ updates }) => updates.acknowledged);
  const lost = sum(({ updates }) => updates.lost);
  return {
    version: 1,
    runs: documents.length,
    verdicts,
    violated: rate(verdicts.violated, verdicts.violated + verdicts.valid),
    causes: CAUSES.map((cause) => ({
      cause,
      runs: byVerdict(documents.filter(({ causes }) => (causes[cause] ?? 0) > 0)),
      overlaps: sum(({ causes }) => causes[cause] ?? 0),
    })).filter(({ overlaps }) => overlaps > 0),
    updates: { acknowledged, lost, lostShare: acknowledged === 0 ? 0 : lost / acknowledged },
    brokenPromises: sum(({ brokenPromises }) => brokenPromises),
    seeds: documents.map(({ run }) => run.seed),
  };
}

function byVerdict(documents: readonly VerdictDocument[]): Readonly<Record<VerdictWord, number>> {
  const count = (word: VerdictWord): number => documents.filter(({ verdict }) => verdict === word).length;
  return { valid: count("valid"), unknown: count("unknown"), violated: count("violated") };
}
