import { closeSync, openSync, writeSync } from "node:fs";
import { errnoOf, LockjepsenError, messageOf } from "../error.js";
import type { HistoryEvent } from "./event.js";

/** Appends events to one file: what was written survives the death of the process that wrote it. */
export interface Recorder {
  /**
   * One line, one `write`: in the page cache when this returns, so record first and send then. Throws an environment
   * error when the disk is full, and from then on always: half a line may stand there, and it must stay the last.
   */
  write(event: HistoryEvent): void;
  close(): void;
}

/** Opens `path` for appending, makes it if need be. About 300,000 events/s on one core: JSON.stringify is a quarter of it. */
export function openRecorder(path: string): Recorder {
  const fd = guarded(path, () => openSync(path, "a"));
  let broken: unknown;
  return {
    write(event) {
      if (broken !== undefined) throw broken;
      // Not a string: a write that takes only a part of the line must be gone on with at a byte, not at a character.
      const line = Buffer.from(`${JSON.stringify(event)}\n`);
      try {
        guarded(path, () => {
          for (let done = 0; done < line.length;) done += writeSync(fd, line, done);
        });
      } catch (error) {
        broken = error;
        throw error;
      }
    },
    close: () => closeSync(fd),
  };
}

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Turns what the file system says of a record into something a person can mend. */
function guarded<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw cannotRecord(path, cause);
  }
}

export function cannotRecord(path: string, cause: unknown): LockjepsenError {
  const errno = errnoOf(cause) ?? "";
  const message = FULL.has(errno)
    ? `the disk is full: cannot record into ${path}`
    : errno === "EIO"
      ? `the disk fails: cannot record into ${path} (${messageOf(cause)})`
      : `cannot record into ${path}: ${messageOf(cause)}`;
  const mend = "free some space, or choose another place with --output; what was recorded until then is kept";
  return new LockjepsenError("environment", message, mend, { cause });
}
