import type { ShippedSchedule } from "./types.js";

type Fault = ShippedSchedule["faults"][number];

/**
 * Two clients of a Redlock. c1 reaches n1, n2 and n3 only: a majority. c2 reaches nobody at first, so that the lock is
 * c1's, who asks for it again as soon as it has released it; then c2 comes, and finds it taken each time. When c1 has been
 * granted it once more, the fault befalls n3. Should c2 not be there in time, c1 still has it, and there is a next time.
 */
export const oneOfTwo = (
  fault: Pick<Fault, "nemesis" | "shape" | "parameters" | "durationMs">,
): Pick<ShippedSchedule, "options" | "faults"> => ({
  options: {
    backend: "redlock",
    nodes: 5,
    concurrency: 2,
    ttlMs: 2_000,
    holdMs: { min: 600, max: 1_000 },
    workload: "set",
    durationMs: 16_000,
  },
  faults: [
    {
      nemesis: "partition",
      shape: "cut",
      target: "c1",
      parameters: { from: "n4,n5", how: "reject" },
      atMs: 200,
      durationMs: 14_000,
    },
    {
      nemesis: "partition",
      shape: "cut",
      target: "c2",
      parameters: { from: "n1,n2,n3,n4,n5", how: "reject" },
      atMs: 200,
      // For longer than a lease: it may have been granted the lock before.
      durationMs: 4_000,
    },
    ...[5_000, 8_000, 11_000].map((atMs) => ({
      ...fault,
      target: "n3",
      phase: "granted" as const,
      client: "c1",
      atMs,
    })),
  ],
});
