import type { RunOptions } from "../../plan/options.js";
import { schedules } from "../../plan/schedules/index.js";

/** A run of one of our schedules, as `--schedule NAME` makes it, with what is to be different. */
export function scheduled(name: string, changes: Partial<RunOptions> = {}): RunOptions {
  const own = schedules[name];
  if (own?.options.backend === undefined) throw new Error(`there is no schedule ${name}`);
  return {
    ...own.options,
    backend: own.options.backend,
    ...changes,
    schedule: { name: own.name, faults: own.faults },
  };
}
