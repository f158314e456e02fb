/** Runs cells, and keeps a line of each. */
import pLimit from "p-limit";
import { LockjepsenError, messageOf } from "../error.js";
import type { RunOptions } from "../plan/options.js";
import type { VerdictDocument } from "../report/types.js";
import { UnsavedError } from "../report/unsaved.js";
import type { Cell } from "./cells.js";
import { recordOf, type RunRecord } from "./record.js";
import type { CampaignStore } from "./store.js";

export interface CellRunner {
  readonly store: CampaignStore;
  /** Makes one run. Throws a usage error for what makes no sense. */
  runOne(options: RunOptions): Promise<VerdictDocument>;
  onRecord(record: RunRecord): void;
  readonly signal: AbortSignal;
}

/** Runs each cell once, so many at a time; those that earlier calls have judged or skipped are done. */
export async function runCells(
  cells: readonly Cell[],
  parallel: number,
  runner: CellRunner,
): Promise<readonly RunRecord[]> {
  const done = runner.store.earlier.filter(({ kind }) => kind !== "failed");
  const keys = new Set(done.map(({ key }) => key));
  const limit = pLimit(parallel);
  const fresh = await Promise.all(
    cells
      .filter(({ key }) => !keys.has(key))
      .map((cell) => limit(() => (runner.signal.aborted ? null : runCell(cell, runner)))),
  );
  return [...done, ...fresh.filter((record) => record !== null)];
}

/** Null: it was interrupted, and is to be made again. */
export async function runCell({ key, options, expect }: Cell, runner: CellRunner): Promise<RunRecord | null> {
  const since = performance.now();
  const tookMs = (): number => Math.round(performance.now() - since);
  let record: RunRecord;
  try {
    const document = await runner.runOne(options).catch((error: unknown) => {
      if (error instanceof UnsavedError) return error.document; // its line here may still have room
      throw error;
    });
    if (runner.signal.aborted) return null;
    record = recordOf(key, document, {
      directory: runner.store.directory,
      tookMs: tookMs(),
      ...(expect && { expect }),
    });
  } catch (error) {
    if (runner.signal.aborted) return null;
    if (!(error instanceof LockjepsenError) || error.code === "internal") throw error;
    record = {
      key,
      kind: error.code === "usage" ? "skipped" : "failed",
      seed: options.seed ?? 0,
      message: messageOf(error),
      hint: error.hint,
      tookMs: tookMs(),
    };
  }
  runner.onRecord(record);
  runner.store.append(record);
  return record;
}
