import type { ShippedSchedule } from "./types.js";

/**
 * The first holder's token is drawn in its transaction, so it is in nobody's log when the server crashes under it, and the
 * next holder draws the same. The first one was paused meanwhile, before its write, and wakes in the middle of that hold.
 */
export const postgresTokenCrash: ShippedSchedule = {
  name: "postgres-token-crash",
  description:
    "PostgreSQL: a token that nobody has committed is handed out again, and the fence lets both in",
  options: {
    backend: "postgres",
    lock: "row-token-within",
    fencing: "on",
    concurrency: 3,
    // A server that crashed is there again after one to three seconds.
    holdMs: { min: 4_000, max: 4_500 },
    workload: "set",
    durationMs: 18_000,
  },
  faults: [
    { nemesis: "pause", target: "holder", phase: "before-write", atMs: 500, durationMs: 5_500 },
    { nemesis: "kill", shape: "restart", target: "n1", atMs: 5_500, durationMs: 200 },
  ],
};
