import { oneOfTwo } from "./one-of-two.js";
import type { ShippedSchedule } from "./types.js";

/**
 * When c1 has been granted the lock by n1, n2 and n3 alone, n3's clock is set forward by more than the lease. Its key is
 * gone, and with n4 and n5 the other client has a majority, too.
 */
export const redlockClockJump: ShippedSchedule = {
  name: "redlock-clock-jump",
  description:
    "Redlock: a clock that jumps on one server of a majority lets a second holder in (Kleppmann, 2016)",
  ...oneOfTwo({ nemesis: "clock", shape: "jump", parameters: { offset: "5s" }, durationMs: 1_000 }),
};
