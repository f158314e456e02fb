/** Every combination once, with the same seed. */
import type { RunOptions } from "../plan/options.js";
import type { Output } from "../report/io.js";
import type { VerdictDocument } from "../report/types.js";
import { shardOf, type Cell, type Shard } from "./cells.js";
import { runCells } from "./perform-cells.js";
import { isJudged, type RunRecord } from "./record.js";
import { openCampaign } from "./store.js";
import { campaignHtml, campaignMarkdown, campaignText } from "./table.js";
import { conclusion, exitCodeFor, tally, totals } from "./tally.js";

export interface MatrixOptions {
  readonly cells: readonly Cell[];
  readonly seed: number;
  readonly shard: Shard | null;
  readonly parallel: number;
  readonly directory: string;
  readonly format: "text" | "json" | "markdown";
  readonly out: Output;
  readonly err: Output;
  runOne(options: RunOptions): Promise<VerdictDocument>;
  readonly signal: AbortSignal;
}

/** Resolves to the exit code. Goes on where an earlier call was ended. */
export async function runMatrix(options: MatrixOptions): Promise<number> {
  const { cells, seed, shard, directory, out, err, signal } = options;
  const store = openCampaign(directory, { version: 1, kind: "matrix", cells, seed, shard });
  const own = shardOf(cells, shard);
  const tell = tellRecords(err);
  const onRecord = (record: RunRecord): void => tell(record);
  const records = await runCells(own, options.parallel, { store, runOne: options.runOne, onRecord, signal });
  const tallies = tally(own, records);
  store.write("matrix.html", campaignHtml(`lockjepsen: a matrix of ${own.length} runs`, tallies));
  store.write("matrix.md", campaignMarkdown(tallies));
  switch (options.format) {
    case "json":
      out.write(`${JSON.stringify({ version: 1, records, totals: totals(records) }, null, 2)}\n`);
      break;
    case "markdown":
      out.write(campaignMarkdown(tallies));
      break;
    case "text":
      out.write(
        [campaignText(tallies, out), ...conclusion(records), `${directory}/matrix.html\n`].join("\n"),
      );
  }
  return exitCodeFor(totals(records));
}

/** Tells of a run as soon as it is over, and of a reason to skip once: it is the same for many. */
export function tellRecords(err: Pick<Output, "write">): (record: RunRecord, before?: string) => void {
  const told = new Set<string>();
  return (record, before = "") => {
    if (record.kind === "skipped") {
      if (told.has(record.message)) return;
      told.add(record.message);
    }
    err.write(`${before}${recordLine(record)}\n`);
  };
}

function recordLine(record: RunRecord): string {
  if (!isJudged(record)) return `${record.kind.padEnd(8)}  ${record.key}: ${record.message}`;
  const what = record.surprises.length > 0 ? `SURPRISE: ${record.surprises.join("; ")}` : record.reasons[0];
  return `${record.verdict.padEnd(8)}  ${record.key} (seed ${record.seed})${what === undefined ? "" : `: ${what}`}`;
}
