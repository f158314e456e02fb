/** Where a lock service can go wrong: what the service asks at each of these points. `n` counts from 1. */
export interface Behaviour {
  /** ms after which a lease of `ttlMs` ends. */
  lasts(ttlMs: number): number;
  /** Whether a renewal lets the lease of a holder begin anew, as it acknowledges. */
  readonly extendsHolders: boolean;
  /** Whether it renews the lease of one who waits; else it does not answer. */
  readonly renewsWaiters: boolean;
  /** Whether it acknowledges the renewal of a lease that is gone. */
  readonly renewsTheDead: boolean;
  /** Whether a waiter keeps its place in the queue when its lease is gone. */
  readonly queuesTheDead: boolean;
  /** Whether the release of a lease that is gone frees the lock, whoever holds it now. */
  readonly releasesForAnyone: boolean;
  /** Which of a lock's queues the n-th acquire joins: each has a holder of its own. */
  queue(n: number): number;
  /** Whether the n-th acquire is granted at once, whoever holds. */
  jumps(n: number): boolean;
  /** Whether the n-th acquire, coming as so many wait, makes it forget who holds. */
  forgets(n: number, waiting: number): boolean;
  /** The token of the n-th grant. */
  token(n: number): number;
  /** ms for which it holds the answer to the n-th grant back. */
  holdsBack(n: number, ttlMs: number): number;
  /** How many of those who wait the n-th release lets in. */
  wakes(n: number): number;
  /** Whether it answers the n-th release, and keeps the lock for good. */
  keeps(n: number): boolean;
  /** Whether it still knows, after a restart, who holds. */
  readonly recallsHolders: boolean;
  /** Whether it still knows, after a restart, how many grants it made. */
  readonly recallsCount: boolean;
}

/** As it should be. */
export const sound: Behaviour = {
  lasts: (ttlMs) => ttlMs,
  extendsHolders: true,
  renewsWaiters: true,
  renewsTheDead: false,
  queuesTheDead: false,
  releasesForAnyone: false,
  queue: () => 0,
  jumps: () => false,
  forgets: () => false,
  token: (n) => n,
  holdsBack: () => 0,
  wakes: () => 1,
  keeps: () => false,
  recallsHolders: true,
  recallsCount: true,
};
