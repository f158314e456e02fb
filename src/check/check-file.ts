import { createWriteStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { OpColumns } from "../history/columns.js";
import { bytesOf } from "../history/reading/bytes.js";
import { STDIN } from "../history/reading/stdin.js";
import { isOwnRecord } from "../history/reading/format.js";
import { readOpsFrom } from "../history/reading/read-ops.js";
import { judge } from "../report/stored.js";
import { checkHistory } from "./check-history.js";
import type { Checked, CheckedRun, CheckOptions } from "./types.js";

/**
 * Judges whatever lies at a path: a run's directory, or a file (`-`: standard input). What lockjepsen has recorded says
 * itself how it is to be judged; anything else is judged against models, and what was read is told to `onRead`. Throws a
 * usage error for what is no history.
 */
export async function checkFile(
  path: string,
  options: CheckOptions,
  onRead: (ops: OpColumns) => void = () => {},
): Promise<Checked> {
  const named = options.models.length > 0;
  if (path !== STDIN && existsSync(path) && statSync(path).isDirectory()) return checkRun(path, path);
  const began = performance.now();
  const chunks = bytesOf(path);
  const first = await chunks.next();
  const head = first.done === true ? Buffer.alloc(0) : first.value;
  if (!named && isOwnRecord(head)) {
    if (path !== STDIN && statSync(path).isFile()) {
      await chunks.return();
      return checkRun(path, path);
    }
    return throughFile(following(head, chunks), (file) => checkRun(path, file));
  }
  const bytes = path === STDIN ? null : statSync(path).size;
  const name = path === STDIN ? "standard input" : path;
  const history = await readOpsFrom(following(head, chunks), name, { lenient: options.lenient, bytes });
  onRead(history.ops);
  return checkHistory(name, history, options, performance.now() - began);
}

async function checkRun(file: string, path: string): Promise<CheckedRun> {
  const judged = await judge(path);
  return { kind: "run", file, verdict: judged.verdict, judged };
}

async function* following(
  head: Buffer,
  rest: AsyncGenerator<Buffer, void, undefined>,
): AsyncGenerator<Buffer, void, undefined> {
  if (head.length > 0) yield head;
  yield* rest;
}

/** Runs are read from files, more than once: what comes by a pipe is put into one first. */
async function throughFile<T>(
  chunks: AsyncIterable<Buffer>,
  action: (file: string) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-check-"));
  try {
    const file = join(directory, "history.jsonl");
    await pipeline(Readable.from(chunks), createWriteStream(file));
    return await action(file);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
