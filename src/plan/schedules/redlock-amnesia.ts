import type { ShippedSchedule } from "./types.js";

/**
 * Four of five clients reach n1, n2 and n3 only: a majority. When one of them has been granted the lock, n3 is killed and
 * started again at once. It has forgotten the lock, and with n4 and n5 the fifth client has a majority, too.
 */
export const redlockAmnesia: ShippedSchedule = {
  name: "redlock-amnesia",
  description:
    "Redlock: a server of a majority that is restarted without persistence lets a second holder in",
  options: {
    backend: "redlock",
    nodes: 5,
    concurrency: 5,
    ttlMs: 2_000,
    holdMs: { min: 600, max: 1_000 },
    workload: "set",
    durationMs: 9_000,
  },
  faults: [
    {
      nemesis: "partition",
      shape: "cut",
      target: "c1,c2,c3,c4",
      parameters: { from: "n4,n5", how: "reject" },
      atMs: 500,
      durationMs: 7_500,
    },
    ...["c1", "c2", "c3", "c4"].map((client) => ({
      nemesis: "kill",
      shape: "restart",
      target: "n3",
      phase: "granted" as const,
      client,
      atMs: 1_500,
      durationMs: 100,
    })),
  ],
};
