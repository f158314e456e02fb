/** What matrix and soak have in common on the command line. */
import type { InferredOptionTypes } from "yargs";
import { cellsOf, type Cell, type Shard } from "../campaign/cells.js";
import { LockjepsenError } from "../error.js";
import { DISCIPLINES, FENCINGS } from "../plan/defaults.js";
import type { Source } from "../plan/sources.js";
import { checkSeed } from "../plan/seed.js";
import { BUDGET_OPTIONS } from "./budget.js";
import type { OptionTable } from "./command.js";
import type { Configured } from "./config/layers.js";
import { layered, only, saying, without, type Said } from "./said.js";
import { choice, integer, RUN_OPTIONS, toRunOptions, type RunWords } from "./run-options.js";

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
  config: text("What", "without --backends: whose named runs; else whose defaults [lockjepsen.config.*]"),
  ttl,
  set,
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
  seed: text("Run", "of all runs, or of the first [1]"),
  shard: text("Run", "the part of this machine, as 3/8 [JOB_COMPLETION_INDEX of JOB_COMPLETIONS]"),
  ...BUDGET_OPTIONS,
  reporter: RUN_OPTIONS.reporter,
  json: { type: "boolean", group: "Output:", describe: "print the result as JSON" },
} as const satisfies OptionTable;

export const MATRIX_OPTIONS = {
  ...CAMPAIGN_OPTIONS,
  parallel: text("Run", "runs at a time; more than one disturbs timing [1]"),
  output: text("Output", "its directory; the same one again goes on [results/matrix]"),
  markdown: { type: "boolean", group: "Output:", describe: "print the table for a page" },
} as const satisfies OptionTable;

export const KEEPS = ["surprises", "not-valid", "all"] as const;

export const SOAK_OPTIONS = {
  ...CAMPAIGN_OPTIONS,
  for: text("Run", "how long in all, an earlier part included"),
  runs: text("Run", "how many in all"),
  bail: { type: "boolean", group: "Run:", describe: "stop at the first surprise" },
  baseline: text("Output", "an earlier soak's summary.json: say what changed"),
  keep: text("Output", `whose whole record stays: ${KEEPS.join(" | ")} [surprises]`),
  "least-free": text("Output", "stop when the disk has less left, in GB [2]"),
  output: text("Output", "its directory; the same one again goes on [results/soak]"),
} as const satisfies OptionTable;

export type CampaignWords = Partial<InferredOptionTypes<typeof CAMPAIGN_OPTIONS>>;

/** What decides on the product of a matrix. */
const NAMED = ["backends", "nemeses", "fencing", "disciplines"] as const;

/** The options above that speak of a run, and of nothing else. */
const OF_RUNS = Object.keys(CAMPAIGN_OPTIONS).filter(
  (name) => name in RUN_OPTIONS && !["fencing", "seed", "reporter", "json"].includes(name),
);

/** The cells that were asked for: a product of dimensions, or the named runs of a config. `typed`: without the config. */
export async function toCells(typed: Said, configured: Configured): Promise<readonly Cell[]> {
  const cells = await unchecked(typed, configured);
  await (await import("./campaign-names.js")).checkNames(cells);
  return cells;
}

async function unchecked(typed: Said, configured: Configured): Promise<readonly Cell[]> {
  const { config, said, section } = configured;
  // Where a campaign lies is no part of what it is: each of its shards lies elsewhere.
  const defaults = without(configured.defaults, ["output"]);
  const words: CampaignWords = said.words;
  const seed = layered(only(said, ["seed"]), saying("default", { seed: "1" }));
  const [above, beside] = [only(typed, OF_RUNS), only(section, OF_RUNS)];
  seedOf(words.seed);
  if (words.backends !== undefined) {
    const { backendNames } = await import("../backends/index.js");
    return product(said, layered(above, beside, seed, defaults), backendNames);
  }
  const stray = NAMED.find((name) => layered(typed, section).words[name] !== undefined);
  if (stray !== undefined)
    throw usage(`--${stray} without --backends`, "name the backends too, or leave both to a config");
  if (config === null || Object.keys(config.runs).length === 0)
    throw usage(
      config === null
        ? "nothing to run: there is no --backends and no config"
        : `${config.file} has no runs, and names no backends for this command`,
      "name --backends, or write runs into lockjepsen.config.ts",
    );
  const { cellsOfConfig } = await import("./config/cells.js");
  return cellsOfConfig(config, above, layered(beside, defaults, seed));
}

/** `run`: what is said to each run beside what differs. */
function product(said: Said, run: Said, all: readonly string[]): readonly Cell[] {
  const words: CampaignWords = said.words;
  const usual: RunWords = run.words;
  const list = (word: string): readonly string[] => word.split(",");
  const { backends, nemeses, fencing, disciplines } = said.sources;
  const sources = {
    ...run.sources,
    ...saidOf({ backend: backends, nemesis: nemeses, fencing, discipline: disciplines }),
  };
  const { backend: _one, ...shared } = toRunOptions(
    { ...usual, backend: "any", fencing: undefined },
    {},
    sources,
  );
  return cellsOf(
    {
      backends: list(words.backends ?? "").flatMap((word) => (word === "all" ? all : [word])),
      nemeses:
        words.nemeses === undefined && usual.nemesis !== undefined
          ? [usual.nemesis]
          : list(words.nemeses ?? "none,pause").map((word) => word.replaceAll("+", ",")),
      fencings: list(words.fencing ?? "off").flatMap((word) => choice("fencing", word, FENCINGS) ?? []),
      disciplines: list(words.disciplines ?? usual.discipline ?? "trusting").flatMap(
        (word) => choice("disciplines", word, DISCIPLINES) ?? [],
      ),
    },
    shared,
  );
}

/** Without those of whom nobody spoke. */
const saidOf = (sources: Readonly<Record<string, Source | undefined>>): Said["sources"] =>
  Object.fromEntries(Object.entries(sources).flatMap(([name, source]) => (source ? [[name, source]] : [])));

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
