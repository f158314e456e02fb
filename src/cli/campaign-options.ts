/** What matrix and soak have in common on the command line. */
import type { InferredOptionTypes } from "yargs";
import { cellsOf, type Cell, type Shard } from "../campaign/cells.js";
import { LockjepsenError } from "../error.js";
import { DISCIPLINES, FENCINGS } from "../plan/defaults.js";
import { checkSeed } from "../plan/seed.js";
import type { OptionTable } from "./command.js";
import { choice, integer, RUN_OPTIONS, toRunOptions } from "./run-options.js";

const text = (group: string, describe: string) =>
  ({ type: "string", requiresArg: true, group: `${group}:`, describe }) as const;

const { target, phase, interval, fault, workload, hold, concurrency, locks, duration, runtime, set, ttl } =
  RUN_OPTIONS;

export const CAMPAIGN_OPTIONS = {
  backends: { ...text("What", "name[@version] or module[,...], or all"), alias: "b" },
  nemeses: {
    ...text("What", "one[,...]; + puts several into one run: none,pause,pause+partition [none,pause]"),
    alias: "n",
  },
  fencing: text("What", `${FENCINGS.join(" | ")}[,...] [off]`),
  disciplines: text("What", `${DISCIPLINES.join(" | ")}[,...] [trusting]`),
  config: text("What", "named runs instead: a config's [lockjepsen.config.*]"),
  "fault-duration": RUN_OPTIONS["fault-duration"],
  target,
  phase,
  interval,
  fault,
  workload,
  hold,
  concurrency,
  locks,
  duration,
  runtime,
  set,
  ttl,
  seed: text("Run", "of all runs, or of the first [1]"),
  shard: text("Run", "the part of this machine, as 3/8 [JOB_COMPLETION_INDEX of JOB_COMPLETIONS]"),
  reporter: RUN_OPTIONS.reporter,
  json: { type: "boolean", group: "Output:", describe: "print the result as JSON" },
} as const satisfies OptionTable;

type CampaignWords = Partial<InferredOptionTypes<typeof CAMPAIGN_OPTIONS>>;

/** The cells that were asked for: a product of dimensions, or the named runs of a config. */
export async function toCells(words: CampaignWords): Promise<readonly Cell[]> {
  const named = ["backends", "nemeses", "fencing", "disciplines"] as const;
  if (words.backends === undefined) {
    const stray = named.find((name) => words[name] !== undefined);
    if (stray !== undefined)
      throw usage(`--${stray} without --backends`, "name the backends too, or leave both to a config");
    const { cellsOfConfig, loadConfig } = await import("./config/load.js");
    const loaded = await loadConfig(words.config);
    const cells = loaded === null ? [] : cellsOfConfig(loaded);
    if (cells.length > 0) return cells;
    throw usage(
      loaded === null ? "nothing to run: there is no --backends and no config" : `${loaded.file} has no runs`,
      "name --backends, or write runs into lockjepsen.config.ts",
    );
  }
  if (words.config !== undefined)
    throw usage("--backends and --config name different runs", "leave one of them out");
  const { backendNames } = await import("../backends/index.js");
  const list = (word: string | undefined, usual: string): readonly string[] => (word ?? usual).split(",");
  const { backend: _one, ...shared } = toRunOptions({
    ...words,
    backend: "any",
    fencing: undefined,
    // Where a campaign lies is no part of what it is: each of its shards lies elsewhere.
    output: undefined,
    seed: String(seedOf(words.seed)),
  });
  return cellsOf(
    {
      backends: list(words.backends, "").flatMap((word) => (word === "all" ? backendNames : [word])),
      nemeses: list(words.nemeses, "none,pause").map((word) => word.replaceAll("+", ",")),
      fencings: list(words.fencing, "off").flatMap((word) => choice("fencing", word, FENCINGS) ?? []),
      disciplines: list(words.disciplines, "trusting").flatMap(
        (word) => choice("disciplines", word, DISCIPLINES) ?? [],
      ),
    },
    shared,
  );
}

export const seedOf = (word: string | undefined): number => checkSeed(integer("seed", word) ?? 1);

/** `3/8`; else what Kubernetes tells the pods of an Indexed Job, whose indices begin at 0. */
export function shardOf(word: string | undefined, env: NodeJS.ProcessEnv): Shard | null {
  if (word !== undefined) {
    const [, index = "", of = ""] = /^(\d{1,6})\/(\d{1,6})$/.exec(word) ?? [];
    return checked(Number(index), Number(of), `--shard ${word}`);
  }
  const { JOB_COMPLETION_INDEX: index, JOB_COMPLETIONS: of } = env;
  return index === undefined || of === undefined
    ? null
    : checked(Number(index) + 1, Number(of), `JOB_COMPLETION_INDEX ${index} of JOB_COMPLETIONS ${of}`);
}

function checked(index: number, of: number, what: string): Shard {
  if (Number.isInteger(of) && Number.isInteger(index) && index >= 1 && index <= of) return { index, of };
  throw usage(`${what} is no shard`, "write --shard 1/8 to --shard 8/8");
}

const usage = (message: string, hint: string): LockjepsenError => new LockjepsenError("usage", message, hint);
