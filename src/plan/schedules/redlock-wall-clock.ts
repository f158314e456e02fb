import type { ShippedSchedule } from "./types.js";

/**
 * What servers answer is held for longer than the lease, so every grant comes too late, and whoever looks at how long it
 * took refuses it. But the clients' wall clocks are set back and right again while they wait: by those it took no time.
 */
export const redlockWallClock: ShippedSchedule = {
  name: "redlock-wall-clock",
  description: "Redlock, timed by the client's wall clock: it jumps back, and an acquire that is late is OK",
  options: {
    backend: "redlock",
    lock: "wall-clock",
    nodes: 5,
    concurrency: 3,
    ttlMs: 2_000,
    holdMs: { min: 1_500, max: 2_500 },
    workload: "set",
    durationMs: 22_000,
  },
  faults: [
    {
      nemesis: "late-reply",
      shape: "server",
      target: "all",
      parameters: { hold: "2600ms" },
      atMs: 1_000,
      durationMs: 18_000,
    },
    {
      nemesis: "clock",
      shape: "strobe",
      target: "c1,c2,c3",
      parameters: { offset: "-10s", period: "2600ms" },
      atMs: 1_500,
      durationMs: 16_000,
    },
  ],
};
