import { LockjepsenError } from "../error.js";
import { command } from "./command.js";
import { EXIT_CODES, EXPECTATIONS } from "./exit.js";
import { choice, integer, RUN_OPTIONS, toRunOptions, type RunWords } from "./run-options.js";
import { wantsJson } from "../report/formats.js";
import { parsePublications } from "../report/publish.js";
import type { RunOptions } from "../plan/options.js";
import type { Series } from "../campaign/series.js";

export const runCommand = command({
  name: "run",
  description: "start a real cluster, put its lock to the test, judge what happened",
  positionals: {},
  options: RUN_OPTIONS,
  examples: [
    ["run --backend etcd --nemesis pause", "freeze whoever holds the lock"],
    ["run -b etcd -n pause --fencing on", "the same, with a fence: nothing is lost"],
    ["run -b etcd@3.4 -n pause --target leader --repeat 20", "how often, with its confidence interval"],
    ["run -b etcd -n pause --seed 7 --dry-run", "what it would do"],
  ],
  epilogue: `${EXIT_CODES}\n\nWith --json and --repeat: one verdict document a line, then {"version":1,"summary":{...}}.`,
  async run(_, typed) {
    const { withConfig } = await import("./config/layers.js");
    return withConfig({ typed, options: RUN_OPTIONS }, async (all) => {
      const argv: RunWords = all.said.words;
      const scheduled = argv.schedule === undefined ? {} : await read(argv.schedule);
      const options = toRunOptions(argv, scheduled, all.said.sources);
      const expected = choice("expect", argv.expect, EXPECTATIONS);
      const series = seriesOf(argv.repeat, choice("until", argv.until, EXPECTATIONS));
      const publications = parsePublications(argv.reporter);
      if (argv["dry-run"]) return (await import("./dry-run.js")).dryRun(options, argv.json === true);
      const { perform } = await import("./perform.js");
      return perform(options, {
        json: argv.json === true || wantsJson(publications),
        quiet: argv.quiet === true,
        expected,
        series,
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

/** Loaded when there is one only: `--help` loads no schemas. */
const read = async (schedule: string): Promise<Partial<RunOptions>> =>
  (await import("./schedule.js")).scheduleOptions(schedule);
