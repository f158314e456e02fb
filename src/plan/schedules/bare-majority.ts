import type { ShippedSchedule } from "./types.js";

type Fault = ShippedSchedule["faults"][number];

/** Long enough for a busy machine to cut, hit and heal within one hold. */
export const TTL_MS = 6_000;

/**
 * No client of a Redlock reaches n4 and n5, so whoever is granted the lock next has it from n1, n2 and n3: no more than a
 * majority. At once n3 is hit. Then all servers are reached again, in the middle of that hold. Whose it is does not matter:
 * had one client all servers from the start, it might be granted the lock each time, by all of them.
 */
export const bareMajority = (
  hit: Pick<Fault, "nemesis" | "shape" | "parameters" | "durationMs">,
): Pick<ShippedSchedule, "options" | "faults"> => ({
  options: {
    backend: "redlock",
    nodes: 5,
    concurrency: 3,
    ttlMs: TTL_MS,
    holdMs: { min: 4_000, max: 4_500 },
    workload: "set",
    durationMs: 14_000,
  },
  faults: [
    {
      nemesis: "partition",
      shape: "cut",
      target: "c1,c2,c3",
      parameters: { from: "n4,n5", how: "reject" },
      atMs: 500,
      durationMs: 5_500,
    },
    // The first hold was granted before, by all of them.
    { ...hit, target: "n3", phase: "granted", atMs: 2_000 },
  ],
});
