import { bareMajority, TTL_MS } from "./bare-majority.js";
import type { ShippedSchedule } from "./types.js";

const { options, faults } = bareMajority({
  nemesis: "kill",
  shape: "restart",
  durationMs: TTL_MS + 1_000,
});

/** What Redlock's page asks for where nothing is persisted: what it has forgotten is over by then. */
export const redlockLateReturn: ShippedSchedule = {
  name: "redlock-late-return",
  description: "Redlock: the same server, kept away for longer than a time to live: one holder at a time",
  // Twenty holds, so that `valid` can be said.
  options: { ...options, durationMs: 110_000 },
  faults,
};
