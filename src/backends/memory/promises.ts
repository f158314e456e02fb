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

/** What it is modelled on: 2.4 tells of sequencers, 2.8 of jeopardy and grace. */
export const sequencerPromises: Promises = {
  ...promises,
  token: "number of the grant, which the service is asked about",
  source: `docs/memory.md; M. Burrows, "The Chubby lock service for loosely-coupled distributed systems", OSDI 2006, https://research.google/pubs/the-chubby-lock-service-for-loosely-coupled-distributed-systems/`,
};

/** The service looks at every lease just when it ends. */
export const freedWithin = (ttlMs: number): number => ttlMs + 500;
