import { LockjepsenError } from "../error.js";
import { bytesOf } from "./reading/bytes.js";

/** Some whole lines of a file, without their ends. */
export interface Lines {
  /** Number of the first of them, counted from 1. */
  readonly first: number;
  readonly lines: readonly string[];
  /** The file's last bytes, if no newline ends them: its writer was killed within a `write`. */
  readonly torn: boolean;
}

const NEWLINE = 0x0a;

/** Reads a file of lines by chunks, however long it is. Throws a usage error for a file that is not text. */
export async function* readLines(path: string): AsyncGenerator<Lines, void, undefined> {
  let first = 1;
  let rest: Buffer[] = [];
  for await (const bytes of bytesOf(path)) {
    if (bytes.includes(0)) throw binary(path);
    const end = bytes.lastIndexOf(NEWLINE);
    if (end < 0) {
      rest.push(bytes);
      continue;
    }
    const lines = Buffer.concat([...rest, bytes.subarray(0, end)])
      .toString("utf8")
      .split("\n");
    rest = [bytes.subarray(end + 1)];
    yield { first, lines, torn: false };
    first += lines.length;
  }
  if (rest.some((bytes) => bytes.length > 0)) yield { first, lines: [], torn: true };
}

const binary = (path: string): LockjepsenError =>
  new LockjepsenError(
    "usage",
    `${path} is a binary file, not a history`,
    "name a run's directory, or a file with one JSON event a line",
  );
