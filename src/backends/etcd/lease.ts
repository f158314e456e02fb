import { status } from "@grpc/grpc-js";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../error.js";
import type { Connection } from "./connection.js";
import { renew } from "./renewal.js";

/** A lease at the service, renewed every third of its time to live until it is lost or stopped. */
export interface Lease {
  /** Decimal digits of an int64. */
  readonly id: string;
  /** As etcd granted it: it may be longer than what was asked for. */
  readonly ttlSeconds: number;
  /** Send time of the last acknowledged grant or renewal + the time to live that etcd granted. */
  validUntil(): bigint;
  /** Aborted when etcd says that the lease is gone, or when it may be: `validUntil` passed without an answer. */
  readonly lost: AbortSignal;
  /** Throws if it is lost or past `validUntil`: after a freeze, answers may be read before the timer for that fires. */
  check(): void;
  /** Ends renewals: from now on the lease runs out by itself. */
  stop(): void;
  /** Stops, and ends the lease with all keys under it. Resolves when etcd confirmed that there is no such lease. */
  revoke(): Promise<void>;
}

export interface LeaseHooks {
  now(): bigint;
  /** Awaited before a renewal is sent. */
  renewing(): Promise<void>;
  /** A renewal sent then was acknowledged. */
  renewed(sent: bigint): void;
}

const RENEWALS_PER_TTL = 3;

/**
 * Asks for a lease. Rejects when none was granted, or nobody knows: then an empty lease may stand until it runs out.
 *
 * After `lost` no renewal is sent any more, as the Go client does (its `KeepAlive` channel is closed). It would ignore
 * late answers, too; here a renewal that was sent before and is acknowledged late still extends `validUntil` and is
 * told, for the service promised that much.
 */
export async function grantLease(etcd: Connection, ttlSeconds: number, hooks: LeaseHooks): Promise<Lease> {
  const asked = hooks.now();
  const { ID: id, TTL } = await etcd.lease.leaseGrant({ TTL: ttlSeconds });
  const ttl = BigInt(TTL) * 1_000_000_000n;
  let validUntil = asked + ttl;
  const lost = new AbortController();
  const stopping = new AbortController();
  const stopped = stopping.signal;
  let watchdog: NodeJS.Timeout;

  function lose(reason: string): void {
    clearTimeout(watchdog);
    lost.abort(new Error(reason));
  }

  /** True: nobody can know any more whether the lease stands. */
  function overdue(): boolean {
    if (hooks.now() < validUntil) return false;
    lose(`no renewal was acknowledged within the lease of ${TTL} s`);
    return true;
  }

  function guard(): void {
    if (lost.signal.aborted || stopped.aborted || overdue()) return;
    watchdog = setTimeout(guard, Number((validUntil - hooks.now()) / 1_000_000n) + 1);
  }

  async function renewNow(): Promise<void> {
    const sent = hooks.now();
    const left = await renew(etcd, id, stopped);
    if (stopped.aborted) return;
    if (left <= 0) return lose("etcd says that the lease is gone");
    const extended = sent + BigInt(left) * 1_000_000_000n;
    if (extended > validUntil) validUntil = extended;
    hooks.renewed(sent);
  }

  async function keepAlive(): Promise<void> {
    for (;;) {
      await sleep(Number(ttl / 1_000_000n) / RENEWALS_PER_TTL, undefined, { signal: stopped });
      await hooks.renewing();
      // Asked here too: after a freeze this may run before the watchdog, and a new renewal must not hide the gap.
      if (stopped.aborted || lost.signal.aborted || overdue()) return;
      renewNow().catch(() => {}); // unanswered: it extends nothing, and the next one is due soon
    }
  }

  function stop(): void {
    clearTimeout(watchdog);
    stopping.abort();
  }

  guard();
  keepAlive().catch(() => {}); // rejects when stopped
  return {
    id,
    ttlSeconds: Number(TTL),
    validUntil: () => validUntil,
    lost: lost.signal,
    check() {
      overdue();
      lost.signal.throwIfAborted();
    },
    stop,
    async revoke() {
      stop();
      try {
        await etcd.lease.leaseRevoke({ ID: id });
      } catch (error) {
        if (!isUnknownLease(error))
          throw new Error(`its lease could not be revoked: ${messageOf(error)}`, { cause: error });
      }
    },
  };
}

/**
 * Revoking goes through consensus: who hears this knows that the lease and its keys are gone, and that no put under it
 * can succeed any more.
 */
const isUnknownLease = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === status.NOT_FOUND;
