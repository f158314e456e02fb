import type { Nemesis } from "../../nemesis/types.js";
import type { Workload } from "../../workloads/types.js";
import type { Backend } from "../backends/types.js";
import type { Reporter } from "../report/types.js";

/** What a config may bring along; each is known by its name from then on, as those that come with lockjepsen. */
export interface Plugins {
  readonly backends?: readonly InlineBackend[];
  readonly nemeses?: readonly Nemesis[];
  readonly workloads?: readonly Workload[];
  readonly reporters?: readonly ReporterPlugin[];
}

/** Its module is the config, and need not be named. */
export type InlineBackend = Omit<Backend, "module">;

/** A way to tell of runs, asked for by `--reporter name` or `--reporter name=FILE`. */
export interface ReporterPlugin {
  readonly name: string;
  /** For one run. What it throws is told as a warning: the verdict stands. */
  create(parts: {
    /** To standard error, where progress goes. */
    write(text: string): void;
    /** As `--reporter name=FILE` has it; null: none was named. */
    readonly file: string | null;
  }): Reporter;
}

export type PluginKind = keyof Plugins;
