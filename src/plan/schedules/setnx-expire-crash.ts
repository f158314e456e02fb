import type { ScheduledFault } from "../schedule-file.js";
import type { ShippedSchedule } from "./types.js";

const DELAY_MS = 300;
const CLIENTS = "c1,c2";
/** Each has a chance of one in three: the lock is taken and has no end yet for one round trip of three or four. */
const CRASHES = 12;
const FIRST_MS = 6_000;
/** Clients are there again, and one of them takes the lock. */
const APART_MS = 3_000;

const crash = (n: number): ScheduledFault => ({
  nemesis: "kill",
  target: CLIENTS,
  atMs: FIRST_MS + n * APART_MS,
  durationMs: 300,
});

/** All clients die, again and again, on a network that makes the moment between SETNX and EXPIRE a long one. */
export const setnxExpireCrash: ShippedSchedule = {
  name: "setnx-expire-crash",
  description: "SETNX, then EXPIRE: who dies in between leaves the lock for ever",
  options: {
    backend: "redis",
    lock: "setnx-expire",
    concurrency: 2,
    ttlMs: 2_000,
    holdMs: { min: 0, max: 10 },
    workload: "set",
    durationMs: FIRST_MS + CRASHES * APART_MS + 1_000,
  },
  faults: [
    {
      nemesis: "slow",
      shape: "client-server",
      target: "n1",
      parameters: { delay: `${DELAY_MS}ms`, jitter: "0ms" },
      atMs: 1_000,
      durationMs: FIRST_MS + CRASHES * APART_MS - 1_000,
    },
    ...Array.from({ length: CRASHES }, (_, n) => crash(n)),
  ],
};
