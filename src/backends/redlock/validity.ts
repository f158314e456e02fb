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
