import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { LockjepsenError } from "../error.js";
import { unreadable } from "./unreadable.js";

/** The files of one history. */
export interface HistoryFiles {
  readonly history: readonly string[];
  /** The register's log, if it lies apart. */
  readonly register: string | null;
  /** One file per process still: the run has not come to its end. */
  readonly unmerged: boolean;
}

/** Merged record of a run, and the directory of what it is merged from. */
export const MERGED = "history.jsonl";
export const RECORDS = "history";
const REGISTER = "register.jsonl";

/** The files of a run's directory, or of one file with what lies beside it. Throws where there is no history. */
export function historyFiles(path: string): HistoryFiles {
  if (!isDirectory(path)) {
    const beside = join(dirname(path), REGISTER);
    const other = existsSync(beside) && basename(path) !== REGISTER;
    return { history: [path], register: other ? beside : null, unmerged: false };
  }
  const register = join(path, REGISTER);
  const found = existsSync(register) ? register : null;
  const merged = join(path, MERGED);
  if (existsSync(merged)) return { history: [merged], register: found, unmerged: false };
  const records = recordsOf(path);
  if (records.length === 0)
    throw new LockjepsenError(
      "usage",
      `${path} holds no history, no event at all: there is neither ${MERGED} nor ${RECORDS}/*.jsonl`,
      "name a run's directory, like results/latest, or its history.jsonl",
    );
  return { history: records, register: found, unmerged: true };
}

/** What each process of a run recorded, in a fixed order: `run.jsonl`, `c1.jsonl`, `c1-2.jsonl`, `c2.jsonl` ... */
export function recordsOf(directory: string): readonly string[] {
  const records = join(directory, RECORDS);
  if (!existsSync(records)) return [];
  const rank = (name: string): number => (name === "run.jsonl" ? 0 : 1);
  return readdirSync(records)
    .filter((name) => name.endsWith(".jsonl"))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, "en", { numeric: true }))
    .map((name) => join(records, name));
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
