import type { RUN_OPTIONS } from "../run-options.js";

type RunOption = Exclude<
  keyof typeof RUN_OPTIONS,
  "json" | "quiet" | "reporter" | "repeat" | "until" | "dry-run"
>;

/** Options of a run by their names on the command line, as they would be typed: `ttl: "2s"`, `nemesis: "pause"`. */
export type RunWords = { readonly [K in RunOption]?: string | number | boolean | readonly string[] };

/** What `lockjepsen.config.ts` exports as default. */
export interface Config {
  /** What every run here takes unless it says otherwise itself. */
  readonly defaults?: RunWords;
  /** Named runs, for `matrix` and `soak`; `expect`: the verdict that is no surprise. */
  readonly runs?: Readonly<Record<string, RunWords>>;
}

/** Helps an editor to know what may be said. */
export const defineConfig = (config: Config): Config => config;
