import type { Discipline, Fencing } from "../history/context.js";
import type { Range } from "./types.js";

export const FENCINGS = ["off", "on", "writes", "identity"] as const satisfies readonly Fencing[];
export const DISCIPLINES = ["trusting", "checking", "heedless"] as const satisfies readonly Discipline[];
/** Those that may be asked for: where the service itself keeps the value, its recipe says so. */
export const ASKED_REGISTERS = ["embedded", "postgres"] as const;
export const RUNTIMES = ["auto", "docker", "local"] as const;

/** No fault at all. Not a plugin: there is nothing to inject. */
export const NO_NEMESIS = "none";

/** What a run is, where its options leave it open. The lock, its TTL and the number of nodes are the backend's. */
export const DEFAULTS = {
  nemesis: NO_NEMESIS,
  intervalMs: 5_000,
  workload: "set",
  register: "embedded",
  fencing: "off" satisfies Fencing as Fencing,
  discipline: "trusting" satisfies Discipline as Discipline,
  holdMs: { min: 0, max: 500 } satisfies Range as Range,
  concurrency: 5,
  locks: 1,
  durationMs: 60_000,
  output: "results",
} as const;
