import { bareMajority } from "./bare-majority.js";
import type { ShippedSchedule } from "./types.js";

/**
 * The clock of a server of the holder's majority is set forward by more than the lease. Its key is gone, and with n4 and n5
 * another client has a majority, too.
 */
export const redlockClockJump: ShippedSchedule = {
  name: "redlock-clock-jump",
  description:
    "Redlock: a clock that jumps on one server of a majority lets a second holder in (Kleppmann, 2016)",
  ...bareMajority({ nemesis: "clock", shape: "jump", parameters: { offset: "20s" }, durationMs: 4_000 }),
};
