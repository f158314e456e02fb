import { command } from "./command.js";
import { EXIT_CODES, exitCodeOf } from "./exit.js";
import { STORED, storedPath } from "./where.js";

export const checkCommand = command({
  name: "check",
  description: "judge a recorded run or a history again; writes nothing",
  positionals: { path: { type: "string", describe: "directory of a run, `latest`, or a history.jsonl" } },
  options: {
    json: { type: "boolean", describe: "print the verdict as JSON" },
    output: STORED.output,
  },
  examples: [["check latest", "judge the last run again"]],
  epilogue: EXIT_CODES,
  async run(argv) {
    const [{ judge }, { resultText }, { headline }, { outputTo }] = await Promise.all([
      import("../report/stored.js"),
      import("../report/result.js"),
      import("../report/headline.js"),
      import("../report/io.js"),
    ]);
    const judged = await judge(storedPath(argv.path, argv.output));
    const out = outputTo(process.stdout);
    out.write(argv.json ? `${JSON.stringify(judged, null, 2)}\n` : resultText(judged, headline(judged), out));
    return exitCodeOf(judged.verdict);
  },
});
