import { EXIT, LockjepsenError } from "../error.js";
import { DEFAULTS } from "../plan/defaults.js";
import { parseDuration } from "../units.js";
import { command } from "./command.js";
import { interruptibly } from "./interrupt.js";
import { integer } from "./run-options.js";
import { storedPath } from "./where.js";

const text = (describe: string) => ({ type: "string", requiresArg: true, describe }) as const;

export const compareCommand = command({
  name: "compare",
  description: "put recorded runs side by side; or measure what the locks of several services cost",
  positionals: {
    runs: {
      type: "string",
      array: true,
      optional: true,
      describe: "directories of runs, to be put side by side",
    },
  },
  options: {
    backends: { ...text("name[@version] or module[,...], or all"), alias: "b" },
    lock: { ...text("recipe[,...] of the one backend [each one's usual one]"), alias: "l" },
    nemesis: text("costs are those of a calm day: none [none]"),
    duration: text("of the run with ten clients [20s]"),
    runtime: text("where servers run [auto]"),
    seed: text("of all runs [1]"),
    output: text(`directory for results [${DEFAULTS.output}]`),
    json: { type: "boolean", describe: "print the figures as JSON" },
    markdown: { type: "boolean", describe: "print a page: figures, and what they mean" },
  },
  examples: [
    ["compare results/etcd-mutex-pause/A results/etcd-mutex-pause/B", "what differs between two runs"],
    ["compare --backends redis,etcd,postgres", "latency, throughput, hand-over, requests a grant"],
    ["compare --backends zookeeper --lock recipe,herd", "what a herd costs"],
  ],
  epilogue: "Exit codes:\n  0 all were measured   3 some cannot be had here   64 usage   130 interrupted",
  async run(argv) {
    const { backends, runs } = argv;
    if (runs.length > 0) {
      if (backends !== undefined)
        throw new LockjepsenError(
          "usage",
          "--backends measures, and runs were named too",
          "leave one of them out",
        );
      const [{ outputTo }, { loadRun }, { sideBySide }] = await Promise.all([
        import("../report/io.js"),
        import("../report/stored.js"),
        import("../report/side-by-side.js"),
      ]);
      const documents = [];
      for (const path of runs) documents.push((await loadRun(storedPath(path, argv.output))).document);
      const out = outputTo(process.stdout);
      out.write(argv.json ? `${JSON.stringify(documents, null, 2)}\n` : sideBySide(documents, out.columns));
      return EXIT.valid;
    }
    if (backends === undefined)
      throw new LockjepsenError(
        "usage",
        "nothing to compare: neither --backends nor runs are named",
        "name --backends some, or all; or the directories of two runs",
      );
    if (argv.nemesis !== undefined && argv.nemesis !== "none")
      throw new LockjepsenError(
        "usage",
        `--nemesis ${argv.nemesis}: costs are measured on a calm day`,
        "leave it out; for many services under faults: lockjepsen matrix",
      );
    await (await import("./config/plugins.js")).bringPlugins();
    const { compare } = await import("../campaign/compare/perform.js");
    return interruptibly((signal) =>
      compare({
        backends: backends.split(","),
        locks: argv.lock?.split(",") ?? [],
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
