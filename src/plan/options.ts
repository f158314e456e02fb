import type { Discipline, Fencing } from "../history/context.js";
import type { Phase, Target } from "../../nemesis/types.js";
import type { Schedule } from "./schedule-file.js";
import type { Source } from "./sources.js";
import type { Range } from "./types.js";

/** What a user may say of a run. All times in ms. Whatever is left out takes its default. */
export interface RunOptions {
  /** `etcd` or `etcd@3.4`. */
  readonly backend: string;
  readonly lock?: string;
  /** `pause`, `pause,partition:halves`, `all`, `none`. */
  readonly nemesis?: string;
  readonly target?: Target;
  readonly phase?: Phase;
  readonly intervalMs?: number;
  /** How long each fault lasts. */
  readonly faultMs?: Range;
  /** Faults may begin before the one before is healed. */
  readonly overlap?: boolean;
  /** What its faults are like: `clock.offset` -> `10h`. */
  readonly fault?: Readonly<Record<string, string>>;
  /** Exact faults instead of drawn ones. */
  readonly schedule?: Schedule;
  readonly workload?: string;
  readonly register?: "embedded" | "postgres";
  readonly fencing?: Fencing;
  readonly discipline?: Discipline;
  /** Server settings, `etcd.heartbeat-interval` -> `50`. */
  readonly set?: Readonly<Record<string, string>>;
  readonly ttlMs?: number;
  readonly holdMs?: Range;
  readonly nodes?: number;
  readonly concurrency?: number;
  readonly locks?: number;
  readonly durationMs?: number;
  readonly seed?: number;
  readonly runtime?: "auto" | "docker" | "local";
  /** Container image to take instead of one of ours. */
  readonly image?: string;
  /** Directory under which the run's own directory is made. */
  readonly output?: string;
  readonly keepCluster?: boolean;
  /** Ends the workload at the first violation that is seen. */
  readonly bail?: boolean;
  /** Who said so, by the options' names on the command line; absent: whoever calls. */
  readonly sources?: Readonly<Record<string, Source>>;
  /** The config that was named, and must be named again to repeat this. */
  readonly config?: string;
}
