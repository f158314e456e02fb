/** The records of a run that goes on, read as they grow. */
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { parseEvent } from "../history/parse.js";
import { isClientEvent, type HistoryEvent } from "../history/event.js";

export interface Tail {
  /** What was written since the last time: whole lines only. */
  read(): readonly HistoryEvent[];
  close(): void;
}

const AT_ONCE = 1 << 20;

/** Follows one file, which need not be there yet. */
export function openTail(file: string): Tail {
  let fd: number | undefined;
  let line = 0;
  let rest = Buffer.alloc(0);
  return {
    read() {
      if (fd === undefined && !existsSync(file)) return [];
      fd ??= openSync(file, "r");
      const events: HistoryEvent[] = [];
      const chunk = Buffer.alloc(AT_ONCE);
      for (let size = readSync(fd, chunk); size > 0; size = readSync(fd, chunk)) {
        const text = Buffer.concat([rest, chunk.subarray(0, size)]);
        const end = text.lastIndexOf(0x0a) + 1;
        rest = Buffer.from(text.subarray(end));
        if (end === 0) continue;
        for (const one of text.toString("utf8", 0, end - 1).split("\n")) {
          line += 1;
          events.push(parseEvent(one, line, file));
        }
      }
      return events;
    },
    close() {
      if (fd !== undefined) closeSync(fd);
    },
  };
}

/** The latest events of a long record, without answers whose questions are not among them. */
export function latest(events: readonly HistoryEvent[], most: number): readonly HistoryEvent[] {
  if (events.length <= most) return events;
  const open = new Set<number>();
  return events.slice(-most).filter((event) => {
    if (!isClientEvent(event)) return true;
    if (event.type === "invoke") open.add(event.process);
    else if (event.type !== "info" || OPERATIONS.has(event.f)) {
      if (OPERATIONS.has(event.f)) return open.delete(event.process);
    }
    return true;
  });
}

const OPERATIONS: ReadonlySet<string> = new Set(["acquire", "release", "read", "write"]);
