import type { VerdictWord } from "../../checker/types.js";
import type { RunOptions } from "../plan/options.js";
import { checkSeed, randomSeed, seedAfter } from "../plan/seed.js";
import type { VerdictDocument } from "../report/types.js";

export interface Series {
  /** At most so many runs. */
  readonly limit: number;
  /** Ends the series with the first run of this verdict. */
  readonly until: VerdictWord | undefined;
}

export interface SeriesHooks {
  /** Aborted: no further run begins. */
  readonly signal: AbortSignal;
  /** Asked before each run; false: it was the last one. */
  mayBegin?(): Promise<boolean>;
}

/** One run after the other, with seed, seed+1, ...: each verdict as soon as it is there. */
export async function* runSeries(
  options: RunOptions,
  { limit, until }: Series,
  runOne: (options: RunOptions) => Promise<VerdictDocument>,
  { signal, mayBegin }: SeriesHooks,
): AsyncGenerator<VerdictDocument, void> {
  const first = options.seed === undefined ? randomSeed() : checkSeed(options.seed);
  for (let n = 0; n < limit && !signal.aborted; n += 1) {
    if (mayBegin && !(await mayBegin())) return;
    const document = await runOne({ ...options, seed: seedAfter(first, n) });
    yield document;
    if (document.verdict === until) return;
  }
}
