import { bareMajority } from "./bare-majority.js";
import type { ShippedSchedule } from "./types.js";

/**
 * A server of the holder's majority is killed and started again at once. It has forgotten the lock, and with n4 and n5
 * another client has a majority, too.
 */
export const redlockAmnesia: ShippedSchedule = {
  name: "redlock-amnesia",
  description:
    "Redlock: a server of a majority that is restarted without persistence lets a second holder in",
  ...bareMajority({ nemesis: "kill", shape: "restart", durationMs: 100 }),
};
