import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import pLimit from "p-limit";
import { LockjepsenError } from "../error.js";
import { MERGED, RECORDS } from "../history/files.js";
import { STDIN } from "../history/reading/stdin.js";
import { checkFile } from "./check-file.js";
import { inThread } from "./threads.js";
import type { Checked, CheckOptions, Unchecked } from "./types.js";

const HISTORY = /\.(?:jsonl|ndjson|edn|log|txt)(?:\.(?:gz|zst))?$/;

/** Judges each of several, a thread for each, as many at a time as there are threads. In the order given. */
export async function checkFiles(
  files: readonly string[],
  options: CheckOptions,
): Promise<readonly (Checked | Unchecked)[]> {
  const limit = pLimit(options.threads);
  const alone = {
    ...options,
    threads: 1,
    memoryBytes: options.memoryBytes / Math.min(options.threads, files.length),
  };
  return limit.map(files, async (file) => {
    try {
      // Standard input belongs to this thread.
      return file === STDIN || options.threads === 1
        ? await checkFile(file, alone)
        : ((await inThread({ kind: "file", file, options: alone })) as Checked);
    } catch (error) {
      if (!(error instanceof LockjepsenError) || error.code === "internal") throw error;
      return { kind: "error", file, error: { code: error.code, message: error.message, hint: error.hint } };
    }
  });
}

/** The histories that were meant: of a directory that is no run all within, in order of their names. */
export function expand(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    if (path === STDIN || !isDirectory(path) || isRun(path)) return [path];
    const found = within(path);
    if (found.length > 0) return found;
    throw new LockjepsenError(
      "usage",
      `${path} holds no history: no run, and no file that ends like one`,
      "name a run's directory, or files: .jsonl, .edn, .log or .txt, as they are or with .gz or .zst",
    );
  });
}

function within(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      // A link (`latest`) would have a run judged twice.
      if (entry.isDirectory()) return isRun(path) ? [path] : within(path);
      return entry.isFile() && HISTORY.test(entry.name) ? [path] : [];
    });
}

/** Of one that died early there is a plan alone: no history, and no log of a server is one. */
const PLAN = "plan.json";
const isRun = (directory: string): boolean =>
  readdirSync(directory).some((name) => name === MERGED || name === RECORDS || name === PLAN);

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
