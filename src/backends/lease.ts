import { setTimeout as sleep } from "node:timers/promises";
import { formatDuration } from "../units.js";

/** What a holder knows of its lease. */
export interface Lease {
  /** Send time of the last acknowledged request that set or extended it + what was granted. Undefined: for ever. */
  validUntil(): bigint | undefined;
  /** Aborted when the service says that it is gone, or when it may be: `validUntil` passed. */
  readonly lost: AbortSignal;
  /** Throws if it is lost or past `validUntil`: after a freeze, answers may be read before the timer for that fires. */
  check(): void;
  /** Gives it up before its time, for a reason that the service did not tell. */
  lose(reason: string): void;
  /** Ends the watch and the renewals: from now on the lease runs out by itself. */
  stop(): void;
}

export interface LeaseHooks {
  now(): bigint;
  /** Awaited before a renewal is sent. */
  renewing(): Promise<void>;
  /** A renewal sent then was acknowledged. */
  renewed(sent: bigint): void;
}

export interface LeaseTerms extends LeaseHooks {
  /** When the request that set it was sent. */
  readonly sent: bigint;
  /** What was granted. */
  readonly ttlMs: number;
  readonly renewal?: Renewal;
}

/** How a lease is extended before it is over. Without it, it is not. */
export interface Renewal {
  /**
   * Asks the service once. Resolves to the ms that it granted from then on, null if there is no such lease any more;
   * rejects when it did not answer. Aborting `signal` gives up on the answer.
   */
  once(signal: AbortSignal): Promise<number | null>;
  /** Renewals in a time to live: 3 if not said. */
  readonly perTtl?: number;
  /** The reason of a loss where the service says that there is none. */
  readonly gone: string;
}

/** No time to live: nothing ends it but its release. */
export const endless = (): Lease => ({
  validUntil: () => undefined,
  lost: new AbortController().signal,
  check() {},
  lose() {},
  stop() {},
});

/**
 * Watches a lease by the client's own clock, and renews it.
 *
 * After `lost` no renewal is sent any more, as etcd's Go client does (its `KeepAlive` channel is closed). It would ignore
 * late answers, too; here a renewal that was sent before and is acknowledged late still extends `validUntil` and is
 * told, for the service promised that much.
 */
export function watchLease(terms: LeaseTerms): Lease {
  const { ttlMs, renewal } = terms;
  let validUntil = terms.sent + nanos(ttlMs);
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
    if (terms.now() < validUntil) return false;
    const length = formatDuration(ttlMs);
    lose(
      renewal
        ? `no renewal was acknowledged within its lease of ${length}`
        : `its lease of ${length} is over`,
    );
    return true;
  }

  function guard(): void {
    if (lost.signal.aborted || stopped.aborted || overdue()) return;
    watchdog = setTimeout(guard, Number((validUntil - terms.now()) / 1_000_000n) + 1);
  }

  async function renewNow({ once, gone }: Renewal): Promise<void> {
    const sent = terms.now();
    const granted = await once(stopped);
    if (stopped.aborted) return;
    if (granted === null) return lose(gone);
    const extended = sent + nanos(granted);
    if (extended > validUntil) validUntil = extended;
    terms.renewed(sent);
  }

  async function keepAlive(renewal: Renewal): Promise<void> {
    for (;;) {
      await sleep(ttlMs / (renewal.perTtl ?? 3), undefined, { signal: stopped });
      await terms.renewing();
      // Asked here too: after a freeze this may run before the watchdog, and a new renewal must not hide the gap.
      if (stopped.aborted || lost.signal.aborted || overdue()) return;
      renewNow(renewal).catch(() => {}); // unanswered: it extends nothing, and the next one is due soon
    }
  }

  guard();
  if (renewal) keepAlive(renewal).catch(() => {}); // rejects when stopped
  return {
    validUntil: () => validUntil,
    lost: lost.signal,
    check() {
      overdue();
      lost.signal.throwIfAborted();
    },
    lose,
    stop() {
      clearTimeout(watchdog);
      stopping.abort();
    },
  };
}

const nanos = (ms: number): bigint => BigInt(ms) * 1_000_000n;
