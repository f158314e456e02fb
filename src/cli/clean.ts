import { EXIT } from "../error.js";
import { command } from "./command.js";
import { noSuchRun, RUN_ID, stillUnderWay } from "./leftover.js";

export const cleanCommand = command({
  name: "clean",
  description: "remove what crashed or kept runs left: processes, namespaces, data; results stay",
  positionals: {
    runs: { type: "string", array: true, optional: true, describe: `${RUN_ID} [every run that is over]` },
  },
  options: { "dry-run": { type: "boolean", describe: "say what would be removed, and remove nothing" } },
  examples: [
    ["clean --dry-run", "what is left, of which run"],
    ["clean 5a3c91e0", "what that run left, and nothing else"],
  ],
  epilogue: "Exit codes:\n  0 nothing is left     3 something could not be removed     64 usage",
  async run({ runs, "dry-run": dryRun }) {
    // With the rights that we have: what a user's own runs made died with them, but for their data and journals.
    const { cleanUp, describe, findLeftovers } = await import("../cluster/clean.js");
    const say = (text: string): void => void process.stdout.write(`${text}\n`);
    const all = await findLeftovers();
    const isMeant = (runId: string): boolean => runs.length === 0 || runs.includes(runId);
    const found = all.filter(({ runId }) => isMeant(runId));
    for (const run of runs) {
      const leftover = found.find(({ runId }) => runId === run);
      const known = all.map(({ runId }) => runId);
      if (!leftover) throw noSuchRun(run, known, "there is nothing to remove");
      if (leftover.alive) throw stillUnderWay(run, "");
    }
    for (const leftover of found.filter(({ alive }) => alive))
      say(`left alone, still under way: ${describe(leftover)}`);
    const dead = found.filter(({ alive }) => !alive);
    if (dead.length === 0) say("nothing to remove");
    if (dryRun) for (const leftover of dead) say(`would remove ${describe(leftover)}`);
    if (dead.length === 0 || dryRun) return EXIT.valid;

    // First the faults: no signal ends a process that the kernel has frozen, and a cgroup with processes stays.
    const { listJournals } = await import("../cluster/journal.js");
    const { healRun } = await import("../run/heal.js");
    const { nemeses } = await import("../../nemesis/index.js");
    const ill: string[] = [];
    for (const journal of listJournals().filter(({ alive, header }) => !alive && isMeant(header.runId)))
      for (const { fault, nemesis, outcome } of await healRun(journal, nemeses))
        if ("failed" in outcome) ill.push(`${fault} (${nemesis}): ${outcome.failed}`);
    const { removed, failed } = await cleanUp({ onStep: () => {}, ...(runs.length > 0 && { only: runs }) });
    for (const leftover of removed) say(`removed ${describe(leftover)}`);
    for (const text of ill) process.stderr.write(`could not heal ${text}\n`);
    for (const text of failed) process.stderr.write(`could not remove ${text}\n`);
    return failed.length + ill.length === 0 ? EXIT.valid : EXIT.environment;
  },
});
