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

/** One run after the other, with seed, seed+1, ...: each verdict as soon as it is there. An abort starts no further run. */
export async function* runSeries(
  options: RunOptions,
  { limit, until }: Series,
  runOne: (options: RunOptions) => Promise<VerdictDocument>,
  signal: AbortSignal,
): AsyncGenerator<VerdictDocument, void> {
  const first = options.seed === undefined ? randomSeed() : checkSeed(options.seed);
  for (let n = 0; n < limit && !signal.aborted; n += 1) {
    const document = await runOne({ ...options, seed: seedAfter(first, n) });
    yield document;
    if (document.verdict === until) return;
  }
}
