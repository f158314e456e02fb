import type { ShippedSchedule } from "./types.js";

/** Every schedule of ours, by name: `--schedule NAME`. */
export const schedules: Readonly<Record<string, ShippedSchedule>> = {};
