import { LockjepsenError } from "../error.js";
import { DEFAULTS } from "../plan/defaults.js";
import { parseDuration } from "../units.js";
import { command } from "./command.js";
import { interruptibly } from "./interrupt.js";
import { integer } from "./run-options.js";

const text = (describe: string) => ({ type: "string", requiresArg: true, describe }) as const;

export const compareCommand = command({
  name: "compare",
  description: "measure what the locks of several services cost, side by side, each by its default recipe",
  positionals: {},
  options: {
    backends: { ...text("name[@version] or module[,...], or all"), alias: "b" },
    duration: text("of the run with ten clients [20s]"),
    runtime: text("where servers run [auto]"),
    seed: text("of all runs [1]"),
    output: text(`directory for results [${DEFAULTS.output}]`),
    json: { type: "boolean", describe: "print the figures as JSON" },
    markdown: { type: "boolean", describe: "print one table for a page" },
  },
  examples: [["compare --backends redis,etcd,postgres", "latency, throughput, hand-over, requests a grant"]],
  epilogue:
    "Exit codes:\n  0 all were measured     3 some cannot be had here     64 usage     130 interrupted",
  async run(argv) {
    const { backends } = argv;
    if (backends === undefined)
      throw new LockjepsenError("usage", "which lock services? --backends is missing", "name some, or all");
    const { compare } = await import("../campaign/compare/perform.js");
    return interruptibly((signal) =>
      compare({
        backends: backends.split(","),
        durationMs: parseDuration(argv.duration ?? "20s", "--duration"),
        runtime: argv.runtime ?? "auto",
        seed: integer("seed", argv.seed) ?? 1,
        output: argv.output ?? DEFAULTS.output,
        format: argv.json ? "json" : argv.markdown ? "markdown" : "text",
        signal,
      }),
    );
  },
});
