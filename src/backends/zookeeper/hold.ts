import { setTimeout as sleep } from "node:timers/promises";
import { watchLease, type Lease, type LeaseHooks } from "../lease.js";
import { NotSent } from "./connection.js";
import type { Session } from "./session.js";

const GONE = "ZooKeeper says that the session has expired";
const AGAIN_MS = 50;

/** What a holder knows of its session from now on. `sent`: when a request that was answered by now was made in it. */
export function watchSession({ connection, promisedMs }: Session, sent: bigint, hooks: LeaseHooks): Lease {
  const lease = watchLease({
    ...hooks,
    sent,
    ttlMs: promisedMs,
    renewal: {
      // Any request keeps a session alive, and its answer shows that it was: the client library pings only if there is none.
      async once() {
        if (connection.expired.aborted) return null;
        await connection.exists("/");
        return promisedMs;
      },
      gone: GONE,
    },
  });
  const over = new AbortController();
  connection.expired.addEventListener("abort", () => lease.lose(GONE), { once: true, signal: over.signal });
  return endingWith(lease, over);
}

/** Sessions outlive locks: who no longer holds listens no more. */
const endingWith = (lease: Lease, over: AbortController): Lease => ({
  ...lease,
  stop() {
    over.abort();
    lease.stop();
  },
});

/** Gives the lock up as soon as the connection is lost: what becomes of the session meanwhile is told only afterwards. */
export function stopWhenDisconnected(session: Session, sent: bigint, hooks: LeaseHooks): Lease {
  const { connection } = session;
  const DISCONNECTED = "disconnected from ZooKeeper";
  const lease = watchSession(session, sent, {
    ...hooks,
    async renewing() {
      await hooks.renewing();
      // The library tells of a lost connection only when it has found another one, or has failed to.
      if (!connection.connected()) lease.lose(DISCONNECTED);
    },
  });
  const over = new AbortController();
  connection.onDisconnected(() => lease.lose(DISCONNECTED), over.signal);
  return endingWith(lease, over);
}

/** Goes on until it is told that the session has expired: which nobody hears who is not connected. */
export function goOnDisconnected(session: Session, sent: bigint, hooks: LeaseHooks): Lease {
  const { connection } = session;
  const lost = new AbortController();
  let lease = watchSession(session, sent, hooks);
  const stopping = new AbortController();
  const stopped = stopping.signal;
  const follow = (): void => lease.lost.addEventListener("abort", () => void goOn(), { once: true });

  /** Its watch is over, by its own clock or by ZooKeeper's word: only the latter is believed. */
  async function goOn(): Promise<void> {
    while (!stopped.aborted) {
      if (connection.expired.aborted) return lost.abort(new Error(GONE));
      const asked = hooks.now();
      const answered = await connection.exists("/").then(
        () => true,
        (error: unknown) => error instanceof NotSent && sleep(AGAIN_MS).then(() => false),
      );
      if (stopped.aborted || !answered) continue;
      lease.stop();
      lease = watchSession(session, asked, hooks);
      hooks.renewed(asked);
      return follow();
    }
  }

  follow();
  return {
    validUntil: () => lease.validUntil(),
    lost: lost.signal,
    check() {},
    lose: (reason) => lost.abort(new Error(reason)),
    stop() {
      stopping.abort();
      lease.stop();
    },
  };
}
