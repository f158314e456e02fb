import { runLine, summaryText } from "../campaign/text.js";
import { summarise } from "../campaign/summary.js";
import type { RunOptions } from "../plan/options.js";
import { checkSeed, randomSeed, seedAfter } from "../plan/seed.js";
import type { Output } from "../report/io.js";
import type { Reporter, RunResult, VerdictDocument } from "../report/types.js";
import { run } from "../run.js";
import { worst, type Expectation } from "./exit.js";
import type { VerdictWord } from "../../checker/types.js";

export interface Series {
  /** At most so many runs. */
  readonly limit: number;
  /** Ends the series with the first run of this verdict. */
  readonly until: Expectation | undefined;
}

/**
 * Runs one after the other, with seed, seed+1, ...; a line for each, and the rate at the end. What ends it early (an
 * interrupt, a machine that cannot go on) leaves the summary of the runs so far. Resolves to the worst verdict.
 */
export async function runSeries(
  options: RunOptions,
  series: Series,
  hooks: {
    readonly reporters: readonly Reporter[];
    readonly signal: AbortSignal;
    readonly out: Output;
    readonly json: boolean;
  },
): Promise<VerdictWord> {
  const { out, json, reporters, signal } = hooks;
  const first = options.seed === undefined ? randomSeed() : checkSeed(options.seed);
  const documents: VerdictDocument[] = [];
  const tell = ({ document }: RunResult): void => {
    documents.push(document);
    out.write(`${json ? JSON.stringify(document) : runLine(document, documents.length, series.limit)}\n`);
  };
  try {
    while (documents.length < series.limit && !signal.aborted) {
      const seed = seedAfter(first, documents.length);
      await run({ ...options, seed }, { reporters: [...reporters, { onEnd: tell }], signal });
      if (documents.at(-1)?.verdict === series.until) break;
    }
  } finally {
    const summary = summarise(documents);
    out.write(json ? `${JSON.stringify({ version: 1, summary })}\n` : summaryText(summary, out.colours));
  }
  return worst(documents.map(({ verdict }) => verdict));
}
