import { command } from "./command.js";
import { STORED, storedPath } from "./where.js";

export const reportCommand = command({
  name: "report",
  description: "write report.html and verdict.json of a recorded run again, also of one that was killed",
  positionals: { path: STORED.positional },
  options: {
    open: { type: "boolean", describe: "show it in the browser" },
    output: STORED.output,
  },
  examples: [["report latest --open", "look at the last run"]],
  async run(argv) {
    const [{ loadRun, saveDocument }, { writeHtmlReport }] = await Promise.all([
      import("../report/stored.js"),
      import("../report/html.js"),
    ]);
    const result = await loadRun(storedPath(argv.path, argv.output));
    const { files } = result.document;
    await saveDocument(result.document);
    await writeHtmlReport(result, files.report);
    process.stdout.write(`${files.report}\n`);
    if (argv.open) await (await import("./browser.js")).openInBrowser(files.report);
    return 0;
  },
});
