/** For how long a lock on the majority may be believed in. Times are ms. */
export interface Validity {
  /** What is subtracted, whole ms, from the time to live beside the time that acquiring took. */
  drift(ttlMs: number): number;
  /** How that time is measured. */
  readonly elapsedBy: "monotonic clock" | "wall clock";
  /** Whether a lock that has none left is refused. */
  readonly checked: boolean;
}

/**
 * "MIN_VALIDITY = TTL - (T2 - T1) - CLOCK_DRIFT". The page leaves the drift open: "just a few milliseconds". 1 % and 2 ms
 * are those of its reference implementation, redlock-rb.
 */
export const specified: Validity = {
  drift: (ttlMs) => Math.ceil(ttlMs / 100) + 2,
  elapsedBy: "monotonic clock",
  checked: true,
};

/** What lies between two clocks, and a tenth of the time to live for all that nobody thought of. */
export const withMargin: Validity = {
  ...specified,
  drift: (ttlMs) => specified.drift(ttlMs) + Math.ceil(ttlMs / 10),
};

/**
 * How long to wait for a server. "If the auto-release time is 10 seconds, the timeout could be in the ~ 5-50
 * milliseconds range": short beside the time to live, yet not so short that a busy machine misses it.
 */
export const brief = (ttlMs: number): number => Math.max(50, ttlMs / 20);

/** As clients do that know no such timeout: what is late is late by more than the whole time to live. */
export const patient = (ttlMs: number): number => 2 * ttlMs;
