import type { Promises } from "../../history/context.js";

const LOCKS = `Redis, "Distributed Locks with Redis", https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/`;
const EXPIRE = `Redis, EXPIRE, "Expires and persistence", https://redis.io/docs/latest/commands/expire/`;
const SET = `Redis, SET, "Patterns", https://redis.io/docs/latest/commands/set/`;
const SETNX = `Redis, SETNX, "Design pattern: Locking with SETNX", https://redis.io/docs/latest/commands/setnx/`;
const SCRIPTS = `Redis, "Scripting with Lua" (a script is atomic), https://redis.io/docs/latest/develop/programmability/eval-intro/`;

/**
 * A lock with a time to live, as Redis documents it: exclusion "limited to a given window of time from the moment the
 * lock is acquired".
 *
 * `exclusion: "service"`: one server decides, in one atomic command, and ends the window by itself. No client's clock or
 * pause enters into it, but that a holder may outlive its window, as with every lease.
 *
 * `except`. `clock`: the window ends by the server's wall clock; the page on locks says so in its "Disclaimer about
 * consistency", and EXPIRE's that a clock set forward expires keys at once. `kill`: the page on locks, "Performance, crash
 * recovery and fsync", allows a restart to forget a lock unless `appendfsync` is `always`; by default nothing is kept but
 * an occasional snapshot.
 *
 * `ttl.min` and `ttl.max` are ours: Redis takes 1 ms to as long as numbers reach, but leases shorter than a machine's
 * hiccups would test the machine.
 *
 * No drift is subtracted, for the page names none for a single server: the key's end is counted from when the command
 * is carried out, which is after it was sent, and EXPIRE's error of "0 to 1 milliseconds" is to the longer side.
 */
export const lockPromises: Promises = {
  exclusion: "service",
  lease: "ttl",
  ttl: { min: 100, max: 3_600_000, step: 1, default: 2_000 },
  renewals: "none",
  token: null,
  except: ["clock", "kill"],
  source: `${LOCKS}; ${EXPIRE}`,
};

/** Extended by those who compute for longer: the page on locks, "Making the algorithm more reliable". */
export const renewedPromises: Promises = { ...lockPromises, renewals: "visible" };

/** The page on locks asks for fencing and leaves open how: the counter is this recipe's own. */
export const fencedPromises: Promises = {
  ...lockPromises,
  token: "a counter, INCR in the same script",
  source: `${LOCKS}; ${SCRIPTS}; ${EXPIRE}`,
};

/** Held until it is released: a clock has no part in it. That page's own lock has an end, by a time in its value. */
export const endlessPromises: Promises = {
  ...lockPromises,
  lease: "none",
  except: ["kill"],
  source: `${SETNX}; ${LOCKS}`,
};

/** EXPIRE counts in seconds. */
export const twoStepPromises: Promises = {
  ...lockPromises,
  ttl: { min: 1_000, max: 3_600_000, step: 1_000, default: 2_000 },
  source: `${SETNX}; ${EXPIRE}`,
};

/** SET's page calls this "a simple way to implement a locking system", and says next what is wrong with its DEL. */
export const unsafePromises: Promises = { ...lockPromises, source: `${SET}; ${EXPIRE}` };

/** An expired key is gone for whoever asks next. Waiters ask every 50 ms at the latest; the rest is for a busy machine. */
export const freedWithin = (ttlMs: number): number => ttlMs + 1_000;
