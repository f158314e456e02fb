import { once } from "node:events";
import { LockjepsenError } from "../error.js";
import { didYouMean } from "../suggest.js";
import { command } from "./command.js";
import { storedPath } from "./where.js";

export const convertCommand = command({
  name: "convert",
  description: "write a history's operations to standard output in another format",
  positionals: { history: { type: "string", describe: "a history file, or - for standard input" } },
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
    const { ops, notes } = await readOps(storedPath(argv.history), { lenient: argv.lenient ?? false });
    for (const note of notes) process.stderr.write(`${note}\n`);
    let text = "";
    for (const piece of writer(ops)) {
      text += piece;
      if (text.length < CHUNK) continue;
      if (!process.stdout.write(text)) await once(process.stdout, "drain");
      text = "";
    }
    process.stdout.write(text);
    return 0;
  },
});

const CHUNK = 1 << 16;
