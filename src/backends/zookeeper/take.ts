import { setTimeout as sleep } from "node:timers/promises";
import { DefiniteError } from "../../clients/contract.js";
import type { Connection } from "./connection.js";
import { inOrder } from "./queue.js";
import { REACH_MS } from "./session.js";

/** The own place in the queue of a lock. */
export interface Place {
  readonly connection: Connection;
  readonly directory: string;
  /** Of the own node. */
  readonly path: string;
  /** Aborted when there is no more time to wait: from the start where the lock is only tried. */
  readonly patience: AbortSignal;
  /** Whom a waiter watches: the one before it, or the whole queue (and all wake when one leaves). */
  readonly watches: "predecessor" | "queue";
}

const BROKEN_MS = 50;

/**
 * Waits until the own node is the first of the queue. False: it is not, and patience has run out. A lost connection is
 * no reason to leave: the session, and the place with it, may outlive it.
 *
 * The server that is asked may be behind the others: it knows of the own node, so of all that were there before it, and
 * perhaps not yet of those that left.
 */
export async function isFirst(place: Place): Promise<boolean> {
  const { connection, patience } = place;
  for (;;) {
    try {
      const { changed } = await look(place);
      if (!changed) return true;
      if (patience.aborted) return false;
      await either(changed, patience, connection.expired);
      if (patience.aborted) return false;
    } catch (error) {
      if (error instanceof DefiniteError) throw error;
      if (connection.expired.aborted) throw new DefiniteError("its session ended while it waited");
      await sleep(BROKEN_MS);
      await connection.reach(REACH_MS);
    }
  }
}

/** `changed` null: it is the first; else it resolves when that may be so. */
async function look(place: Place): Promise<{ readonly changed: Promise<void> | null }> {
  const { connection, directory, path, watches } = place;
  let tell = (): void => {};
  const changed = new Promise<void>((resolve) => (tell = resolve));
  for (;;) {
    const names = inOrder(await connection.children(directory, watches === "queue" ? tell : undefined));
    const own = names.indexOf(path.slice(directory.length + 1));
    if (own < 0) throw new DefiniteError("lost its session while it waited: its node is gone");
    if (own === 0) return { changed: null };
    if (watches === "queue") return { changed };
    // Gone between the two looks: another may be the one before now.
    if (await connection.exists(`${directory}/${names[own - 1]}`, tell)) return { changed };
  }
}

/** Resolves with the promise, or as soon as one of the signals aborts. */
async function either(promise: Promise<void>, ...signals: readonly AbortSignal[]): Promise<void> {
  const over = AbortSignal.any([...signals]);
  if (over.aborted) return;
  let end = (): void => {};
  const aborted = new Promise<void>((resolve) => (end = resolve));
  over.addEventListener("abort", end, { once: true });
  await Promise.race([promise, aborted]).finally(() => over.removeEventListener("abort", end));
}
