import { existsSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { ZodError, type ZodType } from "zod";
import { check } from "../../checker/index.js";
import { errnoOf, LockjepsenError, messageOf } from "../error.js";
import { readHistory } from "../history/reader.js";
import { cannotWrite } from "../write-error.js";
import { makeDocument, runFiles } from "./document.js";
import { judgedAlone, wasCutShort, type Judged } from "./judged.js";
import { environmentSchema, planSchema } from "./stored-schema.js";
import type { RunResult, VerdictDocument } from "./types.js";

/**
 * A run as it was stored, judged again: also one that was killed before it could judge itself. `path` is its directory.
 * Throws a usage error where there is no run, and an environment error where it cannot be read.
 */
export async function loadRun(path: string): Promise<RunResult> {
  await isDirectory(path);
  const files = runFiles(path);
  const plan = await readJson(files.plan, planSchema);
  if (plan === null)
    throw new LockjepsenError(
      "usage",
      `${path} holds no run: there is no plan.json`,
      "name the directory of a run, like results/latest",
    );
  const environment = await readJson(files.environment, environmentSchema);
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
  if ((await isDirectory(path)) && existsSync(runFiles(path).plan)) return (await loadRun(path)).document;
  const history = await readHistory(path);
  return judgedAlone(check(history), history);
}

/** Writes `verdict.json` into the run's directory. */
export async function saveDocument(document: VerdictDocument): Promise<void> {
  const file = document.files.verdict;
  try {
    await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
  } catch (cause) {
    throw cannotWrite(file, "make it writable", cause);
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
async function readJson<T>(file: string, schema: ZodType<T>): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT" || errnoOf(cause) === "ENOTDIR") return null;
    throw unreadable(file, cause);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LockjepsenError(
      "usage",
      `${file} is not what a run of this version writes: ${trouble(cause)}`,
      "take the file as the run left it; the history beside it can be checked alone",
      { cause },
    );
  }
}

/** The first thing that is wrong, and where. */
function trouble(cause: unknown): string {
  const issue = cause instanceof ZodError ? cause.issues[0] : undefined;
  return issue ? `${issue.path.join(".") || "all of it"}: ${issue.message}` : messageOf(cause);
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
