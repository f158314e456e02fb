import type { InferredOptionTypes } from "yargs";
import { LockjepsenError } from "../error.js";
import { wantsJson } from "../report/formats.js";
import { parsePublications } from "../report/publish.js";
import { parseDuration } from "../units.js";
import { seedOf } from "./campaign-options.js";
import { BUDGET_OPTIONS, budgetOf } from "./budget.js";
import { command, type OptionTable } from "./command.js";
import { integer, RUN_OPTIONS, toRunOptions } from "./run-options.js";

const text = (group: string, describe: string) =>
  ({ type: "string", requiresArg: true, group: `${group}:`, describe }) as const;

const { backend, lock, nodes, set, nemesis, target, phase, interval, workload, fencing, discipline } =
  RUN_OPTIONS;
const { hold, concurrency, locks, duration, runtime, reporter, config } = RUN_OPTIONS;

const SWEEP_OPTIONS = {
  ttl: text("Sweep", "leases, several by commas [1s,2s,5s]"),
  pause: text("Sweep", "how long the fault lasts, several by commas [1s,3s,6s]"),
  repeat: text("Sweep", "runs of each pair [5]"),
  seed: text("Sweep", "of the first run of each pair [1]"),
  backend,
  lock,
  nodes,
  set,
  nemesis: { ...nemesis, describe: "what lasts so long: see `lockjepsen list nemeses` [pause]" },
  target,
  phase,
  interval,
  workload,
  fencing,
  discipline,
  hold,
  concurrency,
  locks,
  duration,
  runtime,
  reporter,
  config,
  ...BUDGET_OPTIONS,
  output: text("Output", "its directory; the same one again goes on [results/sweep]"),
  json: { type: "boolean", group: "Output:", describe: "print the points as JSON" },
  markdown: { type: "boolean", group: "Output:", describe: "print a table for a page" },
} as const satisfies OptionTable;

export const sweepCommand = command({
  name: "sweep",
  description: "how likely a violation is, by how long a lease is and how long a fault lasts",
  positionals: {},
  options: SWEEP_OPTIONS,
  examples: [["sweep -b etcd --ttl 2s,5s --pause 1s,4s,8s --repeat 10", "60 runs, one table and one plot"]],
  epilogue: "Exit codes:\n  0 all points could be judged   2 some could not   3 environment   64 usage",
  async run(_, typed) {
    const { withConfig } = await import("./config/layers.js");
    return withConfig({ typed, options: SWEEP_OPTIONS }, async (all) => {
      const argv: Partial<InferredOptionTypes<typeof SWEEP_OPTIONS>> = all.said.words;
      const list = (option: string, word: string): readonly number[] =>
        word.split(",").map((each) => parseDuration(each, `--${option}`));
      const repeat = integer("repeat", argv.repeat) ?? 5;
      if (repeat < 1 || repeat > 1_000)
        throw new LockjepsenError("usage", `--repeat ${repeat} is out of range`, "take 1 to 1000");
      const sweep = {
        ttlsMs: list("ttl", argv.ttl ?? "1s,2s,5s"),
        faultsMs: list("pause", argv.pause ?? "1s,3s,6s"),
        repeat,
        seed: seedOf(argv.seed),
        shared: toRunOptions(
          { ...argv, nemesis: argv.nemesis ?? "pause", ttl: undefined, seed: undefined },
          {},
          all.said.sources,
        ),
      };
      const publications = parsePublications(argv.reporter);
      const directory = argv.output ?? "results/sweep";
      const { performSweep } = await import("../campaign/perform-sweep.js");
      const { performCampaign } = await import("./perform-campaign.js");
      const format = argv.json || wantsJson(publications) ? "json" : argv.markdown ? "markdown" : "text";
      const manner = { directory, publications, budget: budgetOf(argv), complete: true };
      return performCampaign(manner, (parts) => performSweep(sweep, { ...parts, directory, format }));
    });
  },
});
