import type { InferredOptionTypes } from "yargs";
import { LockjepsenError } from "../error.js";
import { command, type OptionTable } from "./command.js";
import { BUDGET_OPTIONS, budgetOf } from "./budget.js";
import { EXIT_CODES, EXPECTATIONS } from "./exit.js";
import { choice, integer, RUN_OPTIONS, toRunOptions } from "./run-options.js";
import type { Said } from "./said.js";
import { wantsJson } from "../report/formats.js";
import { parsePublications } from "../report/publish.js";
import type { RunOptions } from "../plan/options.js";
import type { Series } from "../campaign/series.js";

const OPTIONS = { ...RUN_OPTIONS, ...BUDGET_OPTIONS } as const satisfies OptionTable;

export const runCommand = command({
  name: "run",
  description: "start a real cluster, put its lock to the test, judge what happened",
  positionals: {},
  options: OPTIONS,
  examples: [
    ["run --backend etcd --nemesis pause", "freeze whoever holds the lock"],
    ["run -b etcd -n pause --fencing on", "the same, with a fence: nothing is lost"],
    ["run -b etcd@3.4 -n pause --target leader --repeat 20", "how often, with its confidence interval"],
    ["run -b etcd -n pause --seed 7 --dry-run", "what it would do"],
  ],
  epilogue: `${EXIT_CODES}\n\nWith --json and --repeat: one verdict document a line, then {"version":1,"summary":{...}}.`,
  async run(_, typed) {
    const { withConfig } = await import("./config/layers.js");
    return withConfig({ typed, options: OPTIONS }, async (all) => {
      const argv: Partial<InferredOptionTypes<typeof OPTIONS>> = all.said.words;
      const scheduled = argv.schedule === undefined ? {} : await read(argv.schedule);
      const options = toRunOptions(argv, scheduled, all.said.sources);
      const expected = choice("expect", argv.expect, EXPECTATIONS);
      const series = seriesOf(argv.repeat, choice("until", argv.until, EXPECTATIONS));
      const budget = budgetOf(argv);
      if (series === undefined) demandNoBudget(all.said.sources);
      const publications = parsePublications(argv.reporter);
      if (argv["dry-run"]) return (await import("./dry-run.js")).dryRun(options, argv.json === true);
      const { perform } = await import("./perform.js");
      return perform(options, {
        json: argv.json === true || wantsJson(publications),
        quiet: argv.quiet === true,
        expected,
        series,
        budget,
        publications,
      });
    });
  },
});

const USUAL_LIMIT = 20;

function seriesOf(repeat: string | undefined, until: Series["until"]): Series | undefined {
  const times = integer("repeat", repeat);
  if (times === undefined && until === undefined) return undefined;
  const limit = times ?? USUAL_LIMIT;
  if (limit >= 1 && limit <= 100_000) return { limit, until };
  throw new LockjepsenError(
    "usage",
    `--repeat ${limit} is out of range`,
    "take a whole number from 1 to 100000",
  );
}

/** A config's holds for every command; typed for a single run, something else was meant. */
function demandNoBudget(sources: Said["sources"]): void {
  const typed = Object.keys(BUDGET_OPTIONS).find((name) => sources[name] === "flag");
  if (typed === undefined) return;
  throw new LockjepsenError(
    "usage",
    `--${typed} is looked at between runs, and there is one only`,
    "add --repeat; a single run lasts as long as --duration says",
  );
}

/** Loaded when there is one only: `--help` loads no schemas. */
const read = async (schedule: string): Promise<Partial<RunOptions>> =>
  (await import("./schedule.js")).scheduleOptions(schedule);
