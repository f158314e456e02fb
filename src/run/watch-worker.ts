/** Judges a run while it goes on, on a thread of its own: whoever runs it is not to be kept from its timing. */
import { parentPort, workerData } from "node:worker_threads";
import { certainViolations, nameOf } from "../../checker/live.js";
import { messageOf } from "../error.js";
import type { JudgeContext } from "../history/context.js";
import type { HistoryEvent } from "../history/event.js";
import { recordsOf } from "../history/files.js";
import { mergeEvents } from "../history/merge.js";
import { latest, openTail, type Tail } from "./tail.js";
import type { Watched } from "./watch.js";

export interface WatchData {
  readonly directory: string;
  readonly register: string;
  readonly context: JudgeContext;
}

const EVERY_MS = 500;
/** It takes no more than this share of a core, however long the record gets. */
const SHARE = 1 / 20;
/** A lock is not held for so many events: what is older is settled. */
const MOST_EVENTS = 60_000;

const { directory, register, context } = workerData as WatchData;
const tails = new Map<string, Tail>();
const lists = new Map<string, readonly HistoryEvent[]>();
const found = new Map<string, string>();

// A thread has no origin, as windows have.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
const tell = (watched: Watched): void => parentPort?.postMessage(watched);

function look(): void {
  // The tester's own record comes first: of each client at least as much is read then as it knows of.
  for (const file of [...recordsOf(directory), register]) {
    const tail = tails.get(file) ?? openTail(file);
    tails.set(file, tail);
    const news = tail.read();
    if (news.length > 0) lists.set(file, latest([...(lists.get(file) ?? []), ...news], MOST_EVENTS));
  }
  const events = mergeEvents([...lists.values()]);
  const known = found.size;
  for (const finding of certainViolations({ events, context, notes: [] }))
    found.set(nameOf(finding), finding.explanation);
  if (found.size === known) return;
  const [first = ""] = found.values();
  tell({ violations: found.size, first });
}

function lookOn(): void {
  const began = performance.now();
  try {
    look();
  } catch (error) {
    return tell({ error: messageOf(error) });
  }
  setTimeout(lookOn, Math.max(EVERY_MS, (performance.now() - began) / SHARE));
}
lookOn();
