import type { Plugins } from "../../plugins/types.js";
import type { MATRIX_OPTIONS, SOAK_OPTIONS } from "../campaign-options.js";
import type { RUN_OPTIONS } from "../run-options.js";

/** What a word may be here: as it would be typed, or as the number or the list that it stands for. */
export type Word = string | number | boolean | readonly string[];

/** These speak of one call of the command line, not of a run. */
export const OF_A_CALL = [
  "config",
  "json",
  "markdown",
  "quiet",
  "reporter",
  "repeat",
  "until",
  "dry-run",
  "debug",
  "time-budget",
  "disk-budget",
] as const;

type Options<O> = { readonly [K in Exclude<keyof O, (typeof OF_A_CALL)[number]>]?: Word };

/** Options of a run by their names on the command line: `ttl: "2s"`, `nemesis: "pause"`, `bail: true`. */
export type RunWords = Options<typeof RUN_OPTIONS>;

/** What `lockjepsen.config.ts` exports as default. */
export interface Config {
  /** What every run here takes unless it says otherwise itself. */
  readonly defaults?: RunWords;
  /** Named runs, for `matrix` and `soak`; `expect`: the verdict that is no surprise. */
  readonly runs?: Readonly<Record<string, RunWords>>;
  /** Options of `matrix`, by their names on the command line. With `backends`: a product instead of the named runs. */
  readonly matrix?: Options<typeof MATRIX_OPTIONS>;
  /** Options of `soak`, alike. */
  readonly soak?: Options<typeof SOAK_OPTIONS>;
  /** As `--reporter` takes them: `["terminal", "junit=out/tests.xml"]`. */
  readonly reporters?: readonly string[];
  /** Backends, faults, workloads and reporters that are known by their names from then on. */
  readonly plugins?: Plugins;
  /** What `run --repeat`, `matrix`, `soak` and `sweep` may use before they end in good order: `{ time: "8h", disk: "20G" }`. */
  readonly budgets?: { readonly time?: string; readonly disk?: string };
}

/** Helps an editor to know what may be said. */
export const defineConfig = (config: Config): Config => config;
