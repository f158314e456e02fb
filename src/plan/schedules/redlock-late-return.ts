import { oneOfTwo } from "./one-of-two.js";
import type { ShippedSchedule } from "./types.js";

const { options, faults } = oneOfTwo({ nemesis: "kill", shape: "restart", durationMs: 2_500 });

/** What Redlock's page asks for where nothing is persisted: who comes back has forgotten only what is over by then. */
export const redlockLateReturn: ShippedSchedule = {
  name: "redlock-late-return",
  description: "Redlock: the same server, kept away for longer than a time to live: one holder at a time",
  options: { ...options, durationMs: 25_000 },
  faults,
};
