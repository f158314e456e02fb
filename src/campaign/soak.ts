/** The same runs again and again with fresh seeds: does it still hold? */
import { rmSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RunOptions } from "../plan/options.js";
import { seedAfter } from "../plan/seed.js";
import { count, percent } from "../report/text.js";
import type { Output } from "../report/io.js";
import type { VerdictDocument } from "../report/types.js";
import type { Cell, Shard } from "./cells.js";
import { changesSince, type Baseline } from "./baseline.js";
import { tellRecords } from "./matrix.js";
import { runCell } from "./perform-cells.js";
import { isJudged, type RunRecord } from "./record.js";
import { openCampaign, type CampaignStore } from "./store.js";
import { campaignHtml, campaignText } from "./table.js";
import { conclusion, exitCodeFor, tally, totals, type CellTally } from "./tally.js";

export interface SoakOptions {
  readonly cells: readonly Cell[];
  readonly seed: number;
  readonly shard: Shard | null;
  /** How long in all, earlier calls included; how many runs; what comes first. Null: no such bound. */
  readonly forMs: number | null;
  readonly runs: number | null;
  /** Stops at the first surprise. */
  readonly bail: boolean;
  /** Which runs keep all that they recorded: those that surprise, those that were violated or unknown too, all. */
  readonly keep: "surprises" | "not-valid" | "all";
  /** Stops while less than this is free on the disk, in bytes. */
  readonly leastFree: number;
  readonly baseline: Baseline | null;
  readonly directory: string;
  readonly json: boolean;
  readonly out: Output;
  readonly err: Output;
  runOne(options: RunOptions): Promise<VerdictDocument>;
  readonly signal: AbortSignal;
}

/** Resolves to the exit code. Goes on where an earlier call was ended. */
export async function runSoak(options: SoakOptions): Promise<number> {
  const { cells, seed, shard, directory, err, out, signal } = options;
  const store = openCampaign(directory, { version: 1, kind: "soak", cells, seed, shard });
  const records: RunRecord[] = [...store.earlier];
  const tell = tellRecords(err);
  let stopped: string | null = null;
  while (stopped === null && !signal.aborted) {
    stopped = reasonToStop(options, records) ?? (await lackOfSpace(store, options.leastFree));
    if (stopped !== null) break;
    const nth = (shard === null ? 0 : shard.index - 1) + records.length * (shard?.of ?? 1);
    const cell = cells[nth % cells.length];
    if (!cell) break;
    const run = { ...cell, options: { ...cell.options, seed: seedAfter(seed, nth) } };
    const onRecord = (record: RunRecord): void => tell(record, `${records.length + 1}  `);
    const record = await runCell(run, {
      store: forgetting(store, options.keep),
      runOne: options.runOne,
      onRecord,
      signal,
    });
    if (record) records.push(record);
  }
  const tallies = tally(cells, records);
  const changes = options.baseline === null ? [] : changesSince(options.baseline, tallies);
  store.write("soak.html", campaignHtml(`lockjepsen: a soak of ${records.length} runs`, tallies));
  const summary = {
    version: 1,
    kind: "soak",
    seed,
    totals: totals(records),
    cells: tallies.map(summaryOf),
    changes,
  };
  store.write("summary.json", `${JSON.stringify(summary, null, 2)}\n`);
  if (options.json) out.write(`${JSON.stringify(summary, null, 2)}\n`);
  else
    out.write(
      [
        campaignText(tallies, out),
        ...tallies.map(rateLine),
        ...changes.map((change) => out.colours.yellow(`changed: ${change}`)),
        ...(stopped === null ? [] : [`ended: ${stopped}`]),
        ...conclusion(records),
        `${directory}/soak.html\n`,
      ].join("\n"),
    );
  return exitCodeFor(totals(records));
}

function reasonToStop(
  { cells, forMs, runs, bail }: SoakOptions,
  records: readonly RunRecord[],
): string | null {
  const took = records.reduce((sum, { tookMs }) => sum + tookMs, 0);
  if (forMs !== null && took >= forMs) return "its time is over";
  if (runs !== null && records.length >= runs) return `${count(runs, "run")} made`;
  if (bail && records.some((record) => isJudged(record) && record.surprises.length > 0))
    return "a surprise, and --bail";
  // One cell that can never run would be tried for ever.
  if (records.length >= 3 && records.slice(-3).every(({ kind }) => kind === "failed"))
    return "three runs in a row could not be made";
  const round = Math.max(3, cells.length);
  if (records.length >= round && records.slice(-round).every(({ kind }) => kind !== "judged"))
    return "of a whole round no run could be made";
  return null;
}

async function lackOfSpace({ directory }: CampaignStore, least: number): Promise<string | null> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  return free < least ? `only ${(free / 1e9).toFixed(1)} GB are free on the disk` : null;
}

/** Keeps the lines, and of most runs nothing else. */
function forgetting(store: CampaignStore, keep: SoakOptions["keep"]): CampaignStore {
  return {
    ...store,
    append(record) {
      if (!isJudged(record) || record.directory === null || isKept(record, keep)) return store.append(record);
      store.append({ ...record, directory: null });
      const path = join(store.directory, record.directory);
      // Only what lies below our own directory is ours to remove.
      if (!record.directory.startsWith("..")) rmSync(path, { recursive: true, force: true });
      rmSync(join(dirname(dirname(path)), "latest"), { force: true });
    },
  };
}

function isKept(record: RunRecord, keep: SoakOptions["keep"]): boolean {
  if (keep === "all" || !isJudged(record) || record.surprises.length > 0) return true;
  return keep === "not-valid" && record.verdict !== "valid";
}

const summaryOf = ({ key, verdicts, violated, causes, updates, surprising, failed }: CellTally) => ({
  key,
  verdicts,
  violated,
  causes,
  updates,
  surprises: surprising.map(({ seed, surprises, directory, command }) => ({
    seed,
    surprises,
    directory,
    command,
  })),
  failed: failed.length,
});

/** `0 of 40: below 7.5 % at 95 %`, by the rule of three; else Wilson's interval. */
export function rateLine({ key, violated }: CellTally): string {
  const { count: times, total, share, interval } = violated;
  if (total === 0) return `${key}: no run could be judged`;
  if (times === 0)
    return `${key}: violated in 0 of ${total}: below ${percent(Math.min(1, 3 / total))} at 95 %`;
  return `${key}: violated in ${times} of ${total}: ${percent(share)} (${percent(interval.low)} to ${percent(interval.high)} at 95 %)`;
}
