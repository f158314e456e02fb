import type { Promises } from "../../history/context.js";

const LOCKS = `Redis, "Distributed Locks with Redis", https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/`;
const ANALYSIS = `M. Kleppmann, "How to do distributed locking", https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html`;

/**
 * The page's "safety and liveness guarantees", and what it says they rest on.
 *
 * `exclusion: "timing"`: "Is the algorithm asynchronous?" assumes that local time passes at about the same rate
 * everywhere, "with a small margin of error compared to the auto-release time of the lock".
 *
 * `except`. `clock`: the "Disclaimer about consistency" grants that a shift of a server's wall clock lets two hold.
 * `kill`: "Performance, crash recovery and fsync" grants it of a server that restarts with less than it had, within a
 * time to live.
 *
 * `ttl` as for one server.
 */
export const promises: Promises = {
  exclusion: "timing",
  lease: "ttl",
  ttl: { min: 200, max: 3_600_000, step: 1, default: 2_000 },
  renewals: "none",
  token: null,
  except: ["clock", "kill"],
  source: `${LOCKS}; ${ANALYSIS}`,
};

/** "Making the algorithm more reliable: Extending the lock." */
export const renewedPromises: Promises = { ...promises, renewals: "visible" };

/**
 * Its keys are gone for whoever asks next. Those who wait take some servers each, give them back, and try again: with
 * many of them that takes some turns.
 */
export const freedWithin = (ttlMs: number): number => ttlMs + 2_000;
