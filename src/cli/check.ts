import { availableParallelism, totalmem } from "node:os";
import type { Checked, CheckOptions, Unchecked } from "../check/types.js";
import type { OpColumns } from "../history/columns.js";
import { LockjepsenError, EXIT } from "../error.js";
import { parseDuration, parseSize } from "../units.js";
import { command } from "./command.js";
import { EXIT_CODES, exitCodeOf, worst } from "./exit.js";
import { STORED, storedPath } from "./where.js";

const DEFAULT_TIME = "60s";

export const checkCommand = command({
  name: "check",
  description: "judge runs again, or histories of any origin (Jepsen, Knossos, JSON lines)",
  positionals: {
    paths: {
      type: "string",
      array: true,
      describe: "runs' directories, `latest`, history files, directories of them, or - for standard input",
    },
  },
  options: {
    model: {
      alias: "m",
      type: "string",
      array: true,
      requiresArg: true,
      describe: "judge by this model, or by one of your own in a file [what the operations call for]",
    },
    json: { type: "boolean", describe: "print the verdict as JSON" },
    lenient: { type: "boolean", describe: "leave malformed lines out and count them" },
    "time-limit": {
      type: "string",
      requiresArg: true,
      describe: `give a history's search up after so long: unknown [${DEFAULT_TIME}]`,
    },
    "memory-limit": {
      type: "string",
      requiresArg: true,
      describe: "memory that a search may take, like 500M or 2G [a quarter of the machine's]",
    },
    minimize: {
      type: "string",
      requiresArg: true,
      describe: "write as little of the history as shows its first violation into this file",
    },
    threads: { type: "string", requiresArg: true, describe: "threads for files and keys [one per core]" },
    output: STORED.output,
  },
  examples: [
    ["check latest", "judge the last run again"],
    ["check store/*/history.edn", "judge Jepsen's histories"],
    ["check -m semaphore:3 history.jsonl.gz", "as a lock that three may share"],
    ["check latest --minimize small.jsonl", "the events that show a violation, alone"],
  ],
  epilogue: `Models: see \`lockjepsen list models\` and docs/check.md.\n\n${EXIT_CODES}`,
  async run(argv) {
    const [{ checkFile }, { checkFiles, expand }, { checkedText, tableText }, { outputTo }] =
      await Promise.all([
        import("../check/check-file.js"),
        import("../check/check-files.js"),
        import("../check/text.js"),
        import("../report/io.js"),
      ]);
    const options: CheckOptions = {
      models: argv.model ?? [],
      lenient: argv.lenient ?? false,
      timeMs: parseDuration(argv["time-limit"] ?? DEFAULT_TIME, "--time-limit"),
      memoryBytes: parseMemory(argv["memory-limit"]),
      threads: parseThreads(argv.threads),
    };
    const paths = expand(argv.paths.map((path) => storedPath(path, argv.output)));
    const out = outputTo(process.stdout);
    const [only] = paths;
    if (paths.length === 1 && only !== undefined) {
      let read: OpColumns | null = null;
      const checked = await checkFile(only, options, (ops) => (read = ops));
      out.write(argv.json ? `${JSON.stringify(documentOf(checked), null, 2)}\n` : checkedText(checked, out));
      if (argv.minimize !== undefined) {
        const { minimize } = await import("../check/minimize.js");
        outputTo(process.stderr).write(`${await minimize(checked, only, argv.minimize, options, read)}\n`);
      }
      return exitCodeOf(checked.verdict);
    }
    if (argv.minimize !== undefined)
      throw new LockjepsenError("usage", "--minimize takes one history at a time", "name one of them");
    const all = await checkFiles(paths, options);
    const verdict = worst(all.flatMap((each) => (each.kind === "error" ? [] : [each.verdict])));
    out.write(
      argv.json
        ? `${JSON.stringify({ version: 1, verdict, files: all.map(withFile) }, null, 2)}\n`
        : tableText(all, out),
    );
    return exitCodeOfAll(all, verdict);
  },
});

/** A run's document stands for itself, as everywhere. */
function documentOf(checked: Checked): unknown {
  if (checked.kind === "run") return checked.judged;
  return { version: 1, ...checked };
}

const withFile = (each: Checked | Unchecked): unknown =>
  each.kind === "run" ? { kind: each.kind, file: each.file, ...each.judged } : each;

/** A violation outranks what could not be read, and that an unknown. */
function exitCodeOfAll(all: readonly (Checked | Unchecked)[], verdict: Checked["verdict"]): number {
  const failed = all.find((each) => each.kind === "error");
  if (failed === undefined || verdict === "violated") return exitCodeOf(verdict);
  return EXIT[failed.error.code];
}

const parseMemory = (text: string | undefined): number =>
  text === undefined ? totalmem() / 4 : parseSize(text, "--memory-limit");

function parseThreads(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  const threads = Number(text);
  if (Number.isSafeInteger(threads) && threads >= 1 && threads <= 1_024) return threads;
  throw new LockjepsenError(
    "usage",
    `--threads ${text} is out of range`,
    "write a whole number from 1 to 1024",
  );
}
