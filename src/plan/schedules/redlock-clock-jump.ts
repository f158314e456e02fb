import type { ShippedSchedule } from "./types.js";

/**
 * Two of three clients reach n1, n2 and n3 only: a majority. When one of them has been granted the lock, n3's clock is set
 * forward by more than the lease. Its key is gone, and with n4 and n5 the third client has a majority, too.
 */
export const redlockClockJump: ShippedSchedule = {
  name: "redlock-clock-jump",
  description:
    "Redlock: a clock that jumps on one server of a majority lets a second holder in (Kleppmann, 2016)",
  options: {
    backend: "redlock",
    nodes: 5,
    concurrency: 3,
    ttlMs: 2_000,
    holdMs: { min: 600, max: 1_000 },
    workload: "set",
    durationMs: 14_000,
  },
  faults: [
    {
      nemesis: "partition",
      shape: "cut",
      target: "c1,c2",
      parameters: { from: "n4,n5", how: "reject" },
      atMs: 500,
      durationMs: 12_000,
    },
    ...["c1", "c2"].map((client) => ({
      nemesis: "clock",
      shape: "jump",
      target: "n3",
      parameters: { offset: "5s" },
      phase: "granted" as const,
      client,
      atMs: 1_500,
      durationMs: 1_000,
    })),
  ],
};
