import { open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LockjepsenError } from "../error.js";
import { isClientEvent, type HistoryEvent } from "./event.js";
import { MERGED, recordsOf } from "./files.js";
import { readLines } from "./lines.js";
import { parseEvent, tornLine } from "./parse.js";
import { cannotRecord } from "./recorder.js";

/**
 * Many records as one history: by time, on ties invocations before completions, so that operations which touch at an
 * instant are concurrent. What one client said stays in its order, and the run's `begin` comes first. Each event gets
 * its `index`. Linear where the lists are one sorted list already.
 */
export function mergeEvents(lists: readonly (readonly HistoryEvent[])[]): HistoryEvent[] {
  const events = lists.flat();
  if (events.some((event, at) => at > 0 && event.time < (events[at - 1] as HistoryEvent).time))
    events.sort((a, b) => a.time - b.time); // stable
  const merged: HistoryEvent[] = [];
  for (let at = 0; at < events.length;) {
    let end = at + 1;
    while (end < events.length && events[end]?.time === events[at]?.time) end += 1;
    const tied = events.slice(at, end);
    for (const event of tied.length > 1 ? settle(tied) : tied)
      merged.push({ ...event, index: merged.length });
    at = end;
  }
  return merged;
}

/** Events of one instant. An invocation goes before what others said, never before what its own client said first. */
function settle(tied: readonly HistoryEvent[]): readonly HistoryEvent[] {
  const begin = tied.filter(isBegin);
  const invocations: HistoryEvent[] = [];
  const others: HistoryEvent[] = [];
  const spoke = new Set<string>();
  for (const event of tied) {
    if (isBegin(event)) continue;
    if (event.type === "invoke" && !spoke.has(speaker(event))) invocations.push(event);
    else {
      others.push(event);
      spoke.add(speaker(event));
    }
  }
  return [...begin, ...invocations, ...others];
}

/** Whoever records in order: a client through all its processes, the register, the tester. */
const speaker = (event: HistoryEvent): string => (isClientEvent(event) ? event.client : event.process);
const isBegin = (event: HistoryEvent): boolean => event.process === "run" && event.f === "begin";

const WRITE_AT_ONCE = 10_000;

/**
 * Merges what each process of a run recorded into `history.jsonl`, line by line: as long as that is not there whole,
 * the records are the history. Returns what it dropped. Each record must be in order of time, as one process makes it.
 */
export async function writeMerged(directory: string): Promise<readonly string[]> {
  const notes: string[] = [];
  const target = join(directory, MERGED);
  const partial = `${target}.partial`;
  const sources: Source[] = [];
  for (const file of recordsOf(directory)) {
    const source = openSource(file, (note) => notes.push(note));
    await source.advance();
    sources.push(source);
  }
  try {
    const handle = await open(partial, "w");
    try {
      let lines: string[] = [];
      const flush = async (): Promise<void> => {
        if (lines.length > 0) await handle.appendFile(`${lines.join("\n")}\n`);
        lines = [];
      };
      for (let next = firstOf(sources); next; next = firstOf(sources)) {
        lines.push(next.line);
        if (lines.length >= WRITE_AT_ONCE) await flush();
        if (!next.step()) await next.advance();
      }
      await flush();
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, target);
    const parent = await open(dirname(target));
    await parent.sync().finally(() => parent.close());
  } catch (cause) {
    throw cause instanceof LockjepsenError ? cause : cannotRecord(target, cause);
  }
  return notes;
}

/** A record that is read on, one event at a time. */
interface Source {
  readonly line: string;
  readonly event: HistoryEvent | null;
  /** To the next line in memory; false: there is none. */
  step(): boolean;
  /** To the next line, from the file. */
  advance(): Promise<void>;
}

function openSource(file: string, note: (text: string) => void): Source {
  const reading = readLines(file);
  let lines: readonly string[] = [];
  let first = 1;
  let at = 0;
  const source = {
    line: "",
    event: null as HistoryEvent | null,
    step(): boolean {
      if (at >= lines.length) return false;
      source.line = lines[at] as string;
      source.event = parseEvent(source.line, first + at, file);
      at += 1;
      return true;
    },
    async advance(): Promise<void> {
      while (!source.step()) {
        const { value, done } = await reading.next();
        if (done === true) {
          source.event = null;
          return;
        }
        if (value.torn) note(tornLine(value.first, file));
        ({ lines, first } = value);
        at = 0;
      }
    },
  };
  return source;
}

/** The record whose next event comes first: by time, then invocations, then the order of the files. */
function firstOf(sources: readonly Source[]): Source | null {
  let best: Source | null = null;
  for (const source of sources) {
    if (source.event === null) continue;
    if (best === null || best.event === null || precedes(source.event, best.event)) best = source;
  }
  return best;
}

const precedes = (a: HistoryEvent, b: HistoryEvent): boolean =>
  a.time < b.time || (a.time === b.time && a.type === "invoke" && b.type !== "invoke");
