import { postgresTokenCrash } from "./postgres-token-crash.js";
import { redlockAmnesia } from "./redlock-amnesia.js";
import { redlockClockJump } from "./redlock-clock-jump.js";
import { redlockLateReturn } from "./redlock-late-return.js";
import { redlockWallClock } from "./redlock-wall-clock.js";
import { sentinelLostLock } from "./sentinel-lost-lock.js";
import { sentinelWaitOne } from "./sentinel-wait-one.js";
import { setnxExpireCrash } from "./setnx-expire-crash.js";
import type { ShippedSchedule } from "./types.js";

/** Every schedule of ours, by name: `--schedule NAME`. */
export const schedules: Readonly<Record<string, ShippedSchedule>> = {
  "redlock-clock-jump": redlockClockJump,
  "redlock-amnesia": redlockAmnesia,
  "redlock-late-return": redlockLateReturn,
  "redlock-wall-clock": redlockWallClock,
  "sentinel-lost-lock": sentinelLostLock,
  "sentinel-wait-one": sentinelWaitOne,
  "setnx-expire-crash": setnxExpireCrash,
  "postgres-token-crash": postgresTokenCrash,
};
