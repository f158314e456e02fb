import { setTimeout as sleep } from "node:timers/promises";
import { pauseBetween } from "../patience.js";
import type { Connection } from "./connection.js";
import type { Session } from "./session.js";

/** What a recipe works with while it tries to take a key. */
export interface Attempt {
  readonly consul: Connection;
  readonly session: Session;
  readonly key: string;
  readonly token: "LockIndex" | "ModifyIndex";
  /** Aborted when there is no more time to wait: from the start where the lock is only tried. */
  readonly patience: AbortSignal;
}

/** The lock, taken. */
export interface Claim {
  readonly token: bigint;
  /** Gives the lock back. False: it was no longer ours. */
  giveBack(): Promise<boolean>;
}

const WATCH_MS = 30_000;
const BROKEN_MS = 100;
/** Nobody tells when a lock-delay is over. */
const DELAY_POLL_MS = { min: 250, max: 500 };

/**
 * `PUT kv/<key>?acquire=<session>`, again whenever the key's holder is seen to be gone. Null: somebody else holds it, or
 * its lock-delay does, and patience has run out. Throws where that is not known, or the session was lost on the way.
 */
export async function take({ consul, session, key, token, patience }: Attempt): Promise<Claim | null> {
  while (!(await consul.acquire(key, session.id))) {
    if (patience.aborted) return null;
    session.check();
    const { entry, index } = await consul.read(key);
    if (entry?.Session) await change(index);
    else await pauseBetween(DELAY_POLL_MS, patience);
    if (patience.aborted) return null;
  }
  // Only a reply that shows the own session tells the own token: one who was frozen since might read the next holder's.
  const { entry } = await consul.read(key);
  if (entry?.Session !== session.id) throw new Error("lost the lock before it knew that it had it");
  session.check();
  return { token: BigInt(entry[token]), giveBack: () => consul.release(key, session.id) };

  /** Resolves also when it cannot tell: the caller looks again in any case. */
  async function change(index: string): Promise<void> {
    const over = AbortSignal.any([patience, session.lost]);
    await consul
      .watch(key, index, WATCH_MS, over)
      .catch(() => sleep(BROKEN_MS, undefined, { signal: over }).catch(() => {}));
  }
}
