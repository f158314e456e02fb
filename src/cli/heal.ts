import { EXIT, LockjepsenError } from "../error.js";
import { didYouMean } from "../suggest.js";
import { command } from "./command.js";

export const healCommand = command({
  name: "heal",
  description: "undo the faults of a run that died, and leave its servers running",
  positionals: { run: { type: "string", describe: "its id, as `lockjepsen clean --dry-run` tells it" } },
  options: {},
  examples: [["heal 5a3c91e0", "thawed, connected and with the right time again"]],
  epilogue: "Exit codes:\n  0 nothing ails it any more     3 something could not be undone",
  async run(argv) {
    const { listJournals } = await import("../cluster/journal.js");
    const { healRun } = await import("../run/heal.js");
    const { nemeses } = await import("../../nemesis/index.js");
    const journals = listJournals();
    const journal = journals.find(({ header }) => header.runId === argv.run);
    if (!journal)
      throw new LockjepsenError(
        "usage",
        `there is no run "${argv.run}" that left anything`,
        journals.length === 0
          ? "no run did: there is nothing to heal"
          : didYouMean(
              argv.run,
              journals.map(({ header }) => header.runId),
            ),
      );
    if (journal.alive)
      throw new LockjepsenError(
        "usage",
        `run ${argv.run} is still under way, and heals its faults itself`,
        "end it by Ctrl-C",
      );
    const healed = await healRun(journal, nemeses);
    if (healed.length === 0) process.stdout.write("no fault is in effect\n");
    for (const { fault, nemesis, outcome } of healed)
      if ("done" in outcome) process.stdout.write(`${fault} (${nemesis}): ${outcome.done}\n`);
      else process.stderr.write(`could not heal ${fault} (${nemesis}): ${outcome.failed}\n`);
    return healed.every(({ outcome }) => "done" in outcome) ? EXIT.valid : EXIT.environment;
  },
});
