import type { ShippedSchedule } from "./types.js";

/**
 * The primary n1 is cut off from its replicas, goes on to serve clients, and is killed as soon as one of them has been
 * granted the lock. The sentinels promote a replica that never heard of it.
 */
export const sentinelLostLock: ShippedSchedule = {
  name: "sentinel-lost-lock",
  description: "Redis Sentinel: a lock that was not replicated before its primary died is granted again",
  options: {
    backend: "redis-sentinel",
    // A promotion takes two to four seconds from the death on; the hold has to outlast it.
    ttlMs: 10_000,
    holdMs: { min: 6_000, max: 7_000 },
    workload: "set",
    durationMs: 24_000,
  },
  faults: [
    {
      nemesis: "partition",
      shape: "cut",
      target: "n1",
      parameters: { from: "n2,n3" },
      atMs: 500,
      durationMs: 16_000,
    },
    { nemesis: "kill", shape: "restart", target: "n1", phase: "granted", atMs: 2_000, durationMs: 12_000 },
  ],
};
