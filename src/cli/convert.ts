import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { LockjepsenError } from "../error.js";
import { STDIN } from "../history/reading/stdin.js";
import { didYouMean } from "../suggest.js";
import { command } from "./command.js";
import { storedPath } from "./where.js";

export const convertCommand = command({
  name: "convert",
  description: "write a history's operations to standard output in another format",
  positionals: {
    history: {
      type: "string",
      describe: "a run's directory, `latest`, a history file, or - for standard input",
    },
  },
  options: {
    to: { type: "string", requiresArg: true, describe: "jsonl, edn or perfetto [jsonl]" },
    lenient: { type: "boolean", describe: "leave malformed lines out" },
  },
  examples: [["convert history.edn --to perfetto > trace.json", "look at it on ui.perfetto.dev"]],
  async run(argv) {
    const [{ readOps }, { writers }] = await Promise.all([
      import("../history/reading/read-ops.js"),
      import("../history/writing/index.js"),
    ]);
    const to = argv.to ?? "jsonl";
    const writer = writers[to];
    if (writer === undefined)
      throw new LockjepsenError(
        "usage",
        `--to: there is no format "${to}"`,
        didYouMean(to, Object.keys(writers)),
      );
    const { ops, notes } = await readOps(historyIn(storedPath(argv.history)), {
      lenient: argv.lenient ?? false,
    });
    for (const note of notes) process.stderr.write(`${note}\n`);
    let text = "";
    for (const piece of writer(ops)) {
      text += piece;
      if (text.length < CHUNK) continue;
      // main.ts judges what ails the stream; a reader that went away, like `head`, has had enough.
      if (!process.stdout.write(text)) await once(process.stdout, "drain").catch(() => undefined);
      if (!process.stdout.writable) return 0;
      text = "";
    }
    process.stdout.write(text);
    return 0;
  },
});

const CHUNK = 1 << 16;

/** A run's directory stands for its history, as everywhere. */
function historyIn(path: string): string {
  if (path === STDIN || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return path;
  const history = join(path, "history.jsonl");
  if (existsSync(history)) return history;
  throw new LockjepsenError(
    "usage",
    `${path} is a directory`,
    "name a run's directory, or its history.jsonl",
  );
}
