import { nemeses } from "../../nemesis/index.js";
import { workloads } from "../../workloads/index.js";
import { loadBackend } from "../backends/index.js";
import type { Cell } from "../campaign/cells.js";
import { LockjepsenError } from "../error.js";
import { parseBackend } from "../plan/backend.js";
import { NO_NEMESIS } from "../plan/defaults.js";
import { ALL_NEMESES } from "../plan/nemeses.js";
import { unknownName } from "../suggest.js";

/**
 * Throws a usage error for the first name that nothing has. What merely makes no sense together is skipped when its turn
 * comes; a slip of the pen would be skipped too, all night.
 */
export async function checkNames(cells: readonly Cell[]): Promise<void> {
  for (const { key, options } of cells) {
    try {
      const { recipes, name } = await loadBackend(parseBackend(options.backend).name);
      known(`lock of ${name}`, options.lock, Object.keys(recipes));
      for (const word of options.nemesis?.split(",") ?? [])
        known("nemesis", word.split(":")[0], [NO_NEMESIS, ALL_NEMESES, ...Object.keys(nemeses)]);
      known("workload", options.workload, Object.keys(workloads));
    } catch (cause) {
      if (!(cause instanceof LockjepsenError)) throw cause;
      throw new LockjepsenError(cause.code, `${key}: ${cause.message}`, cause.hint, { cause });
    }
  }
}

function known(what: string, name: string | undefined, all: readonly string[]): void {
  if (name !== undefined && !all.includes(name)) throw unknownName(what, name, all);
}
