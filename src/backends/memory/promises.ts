import type { Promises } from "../../history/context.js";

/**
 * What a service of this kind says of itself: the planted bugs say it, too, so that what they do breaks a promise.
 * `except`: nothing. Who holds, and how many grants there were, is on disk before it is answered.
 */
export const promises: Promises = {
  exclusion: "service",
  lease: "ttl",
  ttl: { min: 100, max: 3_600_000, step: 1, default: 2_000 },
  renewals: "visible",
  token: "number of the grant",
  except: [],
  source: "docs/memory.md",
};

/** The service looks at every lease just when it ends. */
export const freedWithin = (ttlMs: number): number => ttlMs + 500;
