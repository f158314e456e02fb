import { oneOfTwo } from "./one-of-two.js";
import type { ShippedSchedule } from "./types.js";

/**
 * When c1 has been granted the lock by n1, n2 and n3 alone, n3 is killed and started again at once. It has forgotten the
 * lock, and with n4 and n5 the other client has a majority, too.
 */
export const redlockAmnesia: ShippedSchedule = {
  name: "redlock-amnesia",
  description:
    "Redlock: a server of a majority that is restarted without persistence lets a second holder in",
  ...oneOfTwo({ nemesis: "kill", shape: "restart", durationMs: 100 }),
};
