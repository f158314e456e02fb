import type { Cell } from "../../campaign/cells.js";
import { LockjepsenError } from "../../error.js";
import { EXPECTATIONS } from "../exit.js";
import { choice, RUN_OPTIONS, toRunOptions } from "../run-options.js";
import { layered, only, saying, type Said } from "../said.js";
import { scheduleOptions } from "../schedule.js";
import type { LoadedConfig } from "./read.js";

/**
 * The named runs of a config as cells; `above`: who counts more than a run's own words, `below`: who counts less. Throws
 * a usage error that names the run and the field.
 */
export function cellsOfConfig(
  { file, runs }: LoadedConfig,
  above: Said = layered(),
  below: Said = layered(),
): readonly Cell[] {
  const names = Object.keys(RUN_OPTIONS);
  return Object.entries(runs).map(([key, own]) => {
    const { words, sources } = only(layered(above, saying("config", own), below), names);
    try {
      const { schedule } = words;
      const scheduled = typeof schedule === "string" ? scheduleOptions(schedule) : {};
      const expect = choice("expect", words["expect"] as string | undefined, EXPECTATIONS);
      return { key, options: toRunOptions(words, scheduled, sources), ...(expect && { expect }) };
    } catch (cause) {
      if (!(cause instanceof LockjepsenError)) throw cause;
      throw new LockjepsenError("usage", `${file}: runs.${key}: ${cause.message}`, cause.hint, { cause });
    }
  });
}
