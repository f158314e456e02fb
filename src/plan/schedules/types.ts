import type { RunOptions } from "../options.js";
import type { ScheduledFault } from "../schedule-file.js";

/** An exact sequence of faults that is known to break something. A plugin: one file here, one line in `index.ts`. */
export interface ShippedSchedule {
  readonly name: string;
  /** One line: what it shows, and where that is described. */
  readonly description: string;
  /** What the run must be like for it; whatever the user says comes before that. */
  readonly options: Partial<RunOptions>;
  readonly faults: readonly ScheduledFault[];
}
