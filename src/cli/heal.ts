import { EXIT } from "../error.js";
import { command } from "./command.js";
import { noSuchRun, RUN_ID, stillUnderWay } from "./leftover.js";

export const healCommand = command({
  name: "heal",
  description: "undo the faults of a run that died, and leave its servers running",
  positionals: { run: { type: "string", describe: RUN_ID } },
  options: {},
  examples: [["heal 5a3c91e0", "thawed, connected and with the right time again"]],
  epilogue: "Exit codes:\n  0 nothing ails it any more     3 something could not be undone     64 usage",
  async run(argv) {
    const { listJournals } = await import("../cluster/journal.js");
    const { healRun } = await import("../run/heal.js");
    const { nemeses } = await import("../../nemesis/index.js");
    const journals = listJournals();
    const journal = journals.find(({ header }) => header.runId === argv.run);
    const known = journals.map(({ header }) => header.runId);
    if (!journal) throw noSuchRun(argv.run, known, "there is nothing to heal");
    if (journal.alive) throw stillUnderWay(argv.run, ", and heals its faults itself");
    const healed = await healRun(journal, nemeses);
    if (healed.length === 0) process.stdout.write("no fault is in effect\n");
    for (const { fault, nemesis, outcome } of healed)
      if ("done" in outcome) process.stdout.write(`${fault} (${nemesis}): ${outcome.done}\n`);
      else process.stderr.write(`could not heal ${fault} (${nemesis}): ${outcome.failed}\n`);
    return healed.every(({ outcome }) => "done" in outcome) ? EXIT.valid : EXIT.environment;
  },
});
