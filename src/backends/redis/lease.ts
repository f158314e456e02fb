import { setTimeout as sleep } from "node:timers/promises";

/** What the holder knows of its lock's time to live. */
export interface Lease {
  /** Send time of the last acknowledged command that set it + the time to live. Undefined: for ever. */
  validUntil(): bigint | undefined;
  /** Aborted when Redis says that the lock is gone, or when it is: `validUntil` passed. */
  readonly lost: AbortSignal;
  /** Ends the watch and the renewals: from now on the lock runs out by itself. */
  stop(): void;
}

export interface LeaseHooks {
  now(): bigint;
  /** Awaited before a renewal is sent. */
  renewing(): Promise<void>;
  /** A renewal sent then was acknowledged. */
  renewed(sent: bigint): void;
  /** Sets the time to live anew. False: the lock is no longer ours. Absent: it is never renewed. */
  readonly extend?: () => Promise<boolean>;
}

const RENEWALS_PER_TTL = 3;

/** No time to live: nothing ends it but its release. */
export const endless = (): Lease => ({
  validUntil: () => undefined,
  lost: new AbortController().signal,
  stop() {},
});

/** Watches a lock that was set at `sent` for `ttlMs`, and renews it every third of that if it can be. */
export function watchLease(sent: bigint, ttlMs: number, hooks: LeaseHooks): Lease {
  const { extend } = hooks;
  const ttl = BigInt(ttlMs) * 1_000_000n;
  let validUntil = sent + ttl;
  const lost = new AbortController();
  const stopping = new AbortController();
  const stopped = stopping.signal;
  let watchdog: NodeJS.Timeout;

  function lose(reason: string): void {
    clearTimeout(watchdog);
    lost.abort(new Error(reason));
  }

  function overdue(): boolean {
    if (hooks.now() < validUntil) return false;
    lose(`its ${ttlMs} ms are over${extend ? ", and no renewal was acknowledged" : ""}`);
    return true;
  }

  function guard(): void {
    if (lost.signal.aborted || stopped.aborted || overdue()) return;
    watchdog = setTimeout(guard, Number((validUntil - hooks.now()) / 1_000_000n) + 1);
  }

  async function renewNow(extendOnce: () => Promise<boolean>): Promise<void> {
    const asked = hooks.now();
    const ours = await extendOnce();
    if (stopped.aborted) return;
    if (!ours) return lose("Redis says that the lock is no longer its own");
    if (asked + ttl > validUntil) validUntil = asked + ttl;
    hooks.renewed(asked);
  }

  async function keepAlive(extendOnce: () => Promise<boolean>): Promise<void> {
    for (;;) {
      await sleep(ttlMs / RENEWALS_PER_TTL, undefined, { signal: stopped });
      await hooks.renewing();
      // Asked here too: after a freeze this may run before the watchdog, and a new renewal must not hide the gap.
      if (stopped.aborted || lost.signal.aborted || overdue()) return;
      renewNow(extendOnce).catch(() => {}); // unanswered: it extends nothing, and the next one is due soon
    }
  }

  guard();
  if (extend) keepAlive(extend).catch(() => {}); // rejects when stopped
  return {
    validUntil: () => validUntil,
    lost: lost.signal,
    stop() {
      clearTimeout(watchdog);
      stopping.abort();
    },
  };
}
