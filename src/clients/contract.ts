/** The contract between the harness and a lock recipe: what an author writes to have a lock tested. */

export interface AcquireOptions {
  /** Lease asked for, ms. */
  readonly ttlMs: number;
  /** How long to wait for a lock that is held, ms. 0: try once. */
  readonly waitMs: number;
  /** Aborts the wait (the run ends). Treat like an elapsed wait: cancel, then null or throw. */
  readonly signal: AbortSignal;
}

/** One successful acquire. */
export interface Grant {
  /** The fencing token, where the recipe promises one. */
  readonly token?: bigint;
  /**
   * Until when the holder may believe to hold, on `ctx.now()`'s clock (bigint ns, CLOCK_MONOTONIC): send time of the
   * last acknowledged request that set or extended the lease + the lease granted - drift. Infinity as `undefined`:
   * until the connection closes, or for ever.
   */
  validUntil(): bigint | undefined;
  /** Aborted as soon as the recipe notices that the lock is lost; `reason` is an Error that says how. */
  readonly lost: AbortSignal;
  /** The session, lease or connection that holds it, as the backend's `endSession` takes it. */
  readonly session?: string;
}

/**
 * One connection (session, owner) to a lock service. Every ambiguity must be told:
 * - return null: refused, or cancelled with certainty: nothing is or will be held;
 * - throw {@link DefiniteError}: certainly did not happen;
 * - throw anything else: may have happened, now or later. The harness retires the process.
 */
export interface LockClient {
  acquire(lock: string, options: AcquireOptions): Promise<Grant | null>;
  /** `not-held`: the service said that the lock was no longer this grant's. Ends renewals in any case. */
  release(grant: Grant): Promise<"released" | "not-held">;
  /** Closes the connection, never the lock: what is held is left to its lease. Must not throw. */
  close(): Promise<void>;
}

/** An operation that certainly did not take effect. */
export class DefiniteError extends Error {
  override readonly name = "DefiniteError";
}

/** What the harness gives a recipe to connect with. */
export interface ClientContext {
  /** Servers' addresses (`10.77.0.1:2379`), in node order; or the directory that all clients share, where there is none. */
  readonly endpoints: readonly string[];
  /** The logical process this connection is for; also serves to spread clients over the servers. */
  readonly process: number;
  /** A name for this owner, unique in the run. */
  readonly owner: string;
  /** Monotonic nanoseconds: never skewed by a clock fault. */
  now(): bigint;
  /** A renewal was acknowledged: `sent` is when it was asked for. Recorded only while `grant` is held. */
  renewed(grant: Grant, sent: bigint): void;
  /** Announce that a renewal is about to be sent: faults may aim at it. */
  renewing(grant: Grant): Promise<void>;
}
