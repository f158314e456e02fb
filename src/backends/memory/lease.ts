import { setTimeout as sleep } from "node:timers/promises";

/** A lease at the service, renewed every third of its time to live until it is lost or stopped. */
export interface Lease {
  /** Send time of the last acknowledged request that set or extended it + its time to live. */
  validUntil(): bigint;
  /** Aborted when the service says that it is gone. */
  readonly lost: AbortSignal;
  /** Ends renewals: from now on it runs out by itself. */
  stop(): void;
}

export interface LeaseHooks {
  now(): bigint;
  /** Awaited before a renewal is sent. */
  renewing(): Promise<void>;
  /** Asks the service: whether the lease stands. */
  renew(): Promise<boolean>;
  /** A renewal sent then was acknowledged. */
  renewed(sent: bigint): void;
  /** How long after its time it may still be renewed before it is given up, ms. Absent: as long as nobody says no. */
  readonly graceMs?: number;
}

const RENEWALS_PER_TTL = 3;

/**
 * Keeps a lease alive that is asked for just now. It is asked for again also when its time is over by this client's
 * clock, after a freeze: the service alone says that it is gone, and an acknowledgement promises it anew.
 */
export function keepAlive(ttlMs: number, hooks: LeaseHooks): Lease {
  const ttl = BigInt(ttlMs) * 1_000_000n;
  let validUntil = hooks.now() + ttl;
  const lost = new AbortController();
  const stopping = new AbortController();
  const stopped = stopping.signal;
  const over = (): boolean => stopped.aborted || lost.signal.aborted;

  const givenUpAt = (): bigint | number =>
    hooks.graceMs === undefined ? Infinity : validUntil + BigInt(hooks.graceMs) * 1_000_000n;

  async function renewNow(): Promise<void> {
    const sent = hooks.now();
    const stands = await hooks.renew();
    if (over()) return;
    if (!stands) return lost.abort(new Error("the service says that the lease is gone"));
    if (sent + ttl > validUntil) validUntil = sent + ttl;
    hooks.renewed(sent);
  }

  async function run(): Promise<void> {
    for (;;) {
      await sleep(ttlMs / RENEWALS_PER_TTL, undefined, { signal: stopped });
      await hooks.renewing();
      if (over()) return;
      if (hooks.now() >= givenUpAt()) return lost.abort(new Error("its grace period is over"));
      renewNow().catch(() => {}); // unanswered: it extends nothing, and the next one is due soon
    }
  }

  run().catch(() => {}); // rejects when stopped
  return { validUntil: () => validUntil, lost: lost.signal, stop: () => stopping.abort() };
}
