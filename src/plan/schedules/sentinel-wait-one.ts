import type { ShippedSchedule } from "./types.js";

/**
 * The replica n3 is cut off from the primary n1, so that n2 alone can tell WAIT that it has a lock. As soon as it has, n1
 * and n2 are killed. The sentinels promote n3, which never heard of it; n2 comes back as its replica, and tells WAIT that
 * it has the next one's lock.
 */
export const sentinelWaitOne: ShippedSchedule = {
  name: "sentinel-wait-one",
  description:
    "Redis Sentinel: a lock that one replica has (WAIT 1) is lost with that replica, and granted again",
  options: {
    backend: "redis-sentinel",
    lock: "wait",
    // The sentinels take ten seconds until they tell a replica that it follows the wrong primary.
    ttlMs: 25_000,
    holdMs: { min: 17_000, max: 18_000 },
    workload: "set",
    durationMs: 46_000,
  },
  faults: [
    {
      nemesis: "partition",
      shape: "cut",
      target: "n3",
      parameters: { from: "n1" },
      atMs: 500,
      durationMs: 42_000,
    },
    {
      nemesis: "kill",
      shape: "restart",
      target: "n1,n2",
      phase: "granted",
      atMs: 2_000,
      durationMs: 4_000,
    },
  ],
};
