/** What many runs may use before they end in good order: looked at between them. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatDuration, parseDuration, parseSize } from "../units.js";

export interface Budget {
  /** Of this call, ms; null: no end. */
  readonly timeMs: number | null;
  /** Of the directory that they lie in, bytes; null: no end. */
  readonly diskBytes: number | null;
}

export const BUDGET_OPTIONS = {
  "time-budget": {
    type: "string",
    requiresArg: true,
    group: "Run:",
    describe: "begin no run when this call has taken so long, as 8h",
  },
  "disk-budget": {
    type: "string",
    requiresArg: true,
    group: "Run:",
    describe: "begin no run when the directory has become as large, as 20G",
  },
} as const;

export const budgetOf = (words: {
  readonly [K in keyof typeof BUDGET_OPTIONS]?: string | undefined;
}): Budget => ({
  timeMs: words["time-budget"] === undefined ? null : parseDuration(words["time-budget"], "--time-budget"),
  diskBytes: words["disk-budget"] === undefined ? null : parseSize(words["disk-budget"], "--disk-budget"),
});

/** Why no further run may begin; null: one may. */
export async function overspent(
  { timeMs, diskBytes }: Budget,
  tookMs: number,
  directory: string,
): Promise<string | null> {
  if (timeMs !== null && tookMs >= timeMs) return `the time budget of ${formatDuration(timeMs)} is used up`;
  if (diskBytes !== null) {
    const used = await sizeOf(directory);
    if (used >= diskBytes)
      return `the disk budget is used up: ${(used / 1e6).toFixed(1)} MB of ${(diskBytes / 1e6).toFixed(1)} MB`;
  }
  return null;
}

/** Bytes on the disk below a directory; what is not there takes none. */
async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          ({ blocks }) => blocks * 512,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
