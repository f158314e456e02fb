import { readFile, stat, writeFile } from "node:fs/promises";
import { check } from "../../checker/index.js";
import { errnoOf, LockjepsenError, messageOf } from "../error.js";
import { readHistory } from "../history/reader.js";
import type { Plan } from "../plan/types.js";
import { makeDocument, runFiles } from "./document.js";
import { judgedAlone, wasCutShort, type Judged } from "./judged.js";
import type { Environment, RunResult, VerdictDocument } from "./types.js";

/**
 * A run as it was stored, judged again: also one that was killed before it could judge itself. `path` is its directory.
 * Throws a usage error where there is no run, and an environment error where it cannot be read.
 */
export async function loadRun(path: string): Promise<RunResult> {
  await isDirectory(path);
  const files = runFiles(path);
  const plan = await readJson<Plan>(files.plan);
  if (plan === null)
    throw new LockjepsenError(
      "usage",
      `${path} holds no run: there is no plan.json`,
      "name the directory of a run, like results/latest",
    );
  if (plan.version !== 1 || plan.judge?.version !== 1)
    throw new LockjepsenError(
      "usage",
      `${files.plan} is no plan of a run, or one of another version of lockjepsen`,
      "name the directory of a run of this version",
    );
  const environment = await readJson<Environment>(files.environment);
  const history = await readHistory(path);
  const document = makeDocument(check(history), plan, environment, path, {
    interrupted: wasCutShort(history.events),
  });
  return { plan, environment, history, document };
}

/**
 * The verdict on whatever is stored at `path`: a run's directory, or a history file alone, of which nothing is known
 * but what its first event says. Writes nothing.
 */
export async function judge(path: string): Promise<Judged> {
  if ((await isDirectory(path)) && (await readJson(runFiles(path).plan)) !== null)
    return (await loadRun(path)).document;
  const history = await readHistory(path);
  return judgedAlone(check(history), history);
}

/** Writes `verdict.json` into the run's directory. */
export async function saveDocument(document: VerdictDocument): Promise<void> {
  const file = document.files.verdict;
  try {
    await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
  } catch (cause) {
    throw new LockjepsenError(
      "environment",
      `cannot write ${file}: ${messageOf(cause)}`,
      "make it writable",
      { cause },
    );
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** null: there is no such file. */
async function readJson<T>(file: string): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT" || errnoOf(cause) === "ENOTDIR") return null;
    throw unreadable(file, cause);
  }
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new LockjepsenError(
      "usage",
      `${file} is not JSON: ${messageOf(cause)}`,
      "take the file as the run left it; the history beside it can be checked alone",
      { cause },
    );
  }
}

function unreadable(path: string, cause: unknown): LockjepsenError {
  const errno = errnoOf(cause);
  if (errno === "ENOENT" || errno === "ENOTDIR")
    return new LockjepsenError(
      "usage",
      `${path} does not exist`,
      "name a run's directory or its history.jsonl",
      { cause },
    );
  return new LockjepsenError("environment", `cannot read ${path}: ${messageOf(cause)}`, "make it readable", {
    cause,
  });
}
