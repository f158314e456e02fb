import { LockjepsenError } from "../error.js";
import { contextOf } from "./begin.js";
import type { JudgeContext } from "./context.js";
import type { HistoryEvent } from "./event.js";
import { historyFiles } from "./files.js";
import type { History } from "./history.js";
import { readLines } from "./lines.js";
import { mergeEvents } from "./merge.js";
import { parseEvent, tornLine } from "./parse.js";

export interface ReadOptions {
  /** Judge it as if its `begin` had said this. */
  readonly contextOverride?: Partial<JudgeContext>;
}

/**
 * Reads a record: a run's directory (also of one that still runs, or was killed), or a file of events. Drops an
 * unterminated last line with a note; throws a usage error for any other line that is no event, and where there is
 * nothing to judge.
 */
export async function readHistory(path: string, options: ReadOptions = {}): Promise<History> {
  const files = historyFiles(path);
  const notes: string[] = [];
  const read = (file: string): Promise<HistoryEvent[]> => readEvents(file, (note) => notes.push(note));
  const lists = await inTurn(files.history, read);
  const whole = lists.some((list) => list.some((event) => event.process === "register"));
  if (files.register !== null && !whole) lists.push(await read(files.register));
  if (files.unmerged)
    notes.push("the run did not come to its end: what each process recorded was merged for reading");
  if (lists.every((list) => list.length === 0))
    throw new LockjepsenError(
      "usage",
      `${path} is empty: no event was recorded`,
      "name another run: this one was ended before it began",
    );
  const events = mergeEvents(lists);
  return { events, context: contextOf(events, path, options.contextOverride), notes };
}

async function inTurn<T, U>(items: readonly T[], action: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  for (const item of items) results.push(await action(item));
  return results;
}

async function readEvents(file: string, note: (text: string) => void): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for await (const { first, lines, torn } of readLines(file)) {
    if (torn) note(tornLine(first, file));
    for (const [at, line] of lines.entries()) events.push(parseEvent(line, first + at, file));
  }
  return events;
}
