import { statSync } from "node:fs";
import { LockjepsenError } from "../../error.js";
import { columnBuilder } from "../column-builder.js";
import type { OpColumns } from "../columns.js";
import { bytesOf } from "./bytes.js";
import { STDIN } from "./stdin.js";
import { eventSink } from "./event-sink.js";
import { formatOf, HEAD_BYTES, type Format } from "./format.js";
import { PARSERS, type Parser } from "./parsers.js";

/** The operations of a history that is to be judged by a model. */
export interface OpHistory {
  readonly ops: OpColumns;
  readonly format: Format;
  /** Events of faults and of the run, lines of a log: what no client did. */
  readonly apart: number;
  /** Lines that were no events and were left out, as `lenient` allows. */
  readonly skipped: number;
  readonly notes: readonly string[];
}

export interface ReadOpsOptions {
  /** Leave malformed lines out and count them, instead of refusing the history. */
  readonly lenient?: boolean;
}

/**
 * Reads the operations of a history into columns, by chunks: our own lines, Jepsen's `history.edn`, JSON lines and log,
 * Knossos' EDN; gzip and zstd too; `-` is standard input. Throws a usage error for what is none of these, and, unless
 * `lenient`, for the first malformed line, with its number. Drops a last line that is cut off, with a note.
 */
export async function readOps(path: string, options: ReadOpsOptions = {}): Promise<OpHistory> {
  return readOpsFrom(bytesOf(path), path === STDIN ? "standard input" : path, {
    ...options,
    bytes: path === STDIN ? null : (statSync(path, { throwIfNoEntry: false })?.size ?? null),
  });
}

interface Source extends ReadOpsOptions {
  /** Size of the file, as far as known: it tells how much room to make at once. */
  readonly bytes: number | null;
}

export async function readOpsFrom(
  chunks: AsyncIterable<Buffer>,
  name: string,
  { lenient = false, bytes }: Source,
): Promise<OpHistory> {
  const builder = columnBuilder();
  const sink = eventSink(builder, name, lenient);
  let head: Buffer = Buffer.alloc(0);
  let parser: Parser | null = null;
  let format: Format | null = null;
  let taken = 0;
  const begin = (): Parser => {
    format = formatOf(head);
    if (format === null) throw unknownFormat(head, name);
    return PARSERS[format](sink);
  };
  for await (const chunk of chunks) {
    if (parser === null) {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      if (head.length < HEAD_BYTES && formatOf(head) === null) continue;
      parser = begin();
      parser.feed(head);
    } else parser.feed(chunk);
    const first = taken === 0;
    taken += chunk.length;
    if (first && bytes !== null && taken > HEAD_BYTES)
      builder.reserve(1_024 + (builder.count * 1.05 * bytes) / taken);
  }
  if (parser === null) {
    if (head.length === 0) throw empty(name);
    parser = begin();
    parser.feed(head);
  }
  parser.end();
  const ops = builder.finish();
  if (ops.count === 0 && ops.eventCount === 0) throw empty(name);
  return { ops, format: format!, apart: sink.apart, skipped: sink.skipped, notes: sink.notes() };
}

const empty = (name: string): LockjepsenError =>
  new LockjepsenError("usage", `${name} is empty: there is no event in it`, "name another history");

function unknownFormat(head: Buffer, name: string): LockjepsenError {
  const what = head.includes(0) ? "a binary file, not a history" : "no history of a format that is known";
  return new LockjepsenError(
    "usage",
    `${name} is ${what}`,
    "name a run's directory, JSON lines, Jepsen's history.edn or log, or Knossos' EDN (see docs/check.md)",
  );
}
