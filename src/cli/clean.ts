import { EXIT } from "../error.js";
import { command } from "./command.js";

export const cleanCommand = command({
  name: "clean",
  description: "remove what crashed or kept runs left: processes, namespaces, data; results stay",
  positionals: {},
  options: { "dry-run": { type: "boolean", describe: "say what would be removed, and remove nothing" } },
  examples: [],
  epilogue: "Exit codes:\n  0 nothing is left     3 something could not be removed",
  async run(argv) {
    // With the rights that we have: what a user's own runs made died with them, but for their data and journals.
    const { cleanUp, describe, findLeftovers } = await import("../cluster/clean.js");
    const say = (text: string): void => void process.stdout.write(`${text}\n`);
    const found = await findLeftovers();
    for (const leftover of found.filter(({ alive }) => alive))
      say(`left alone, still under way: ${describe(leftover)}`);
    const dead = found.filter(({ alive }) => !alive);
    if (dead.length === 0) say("nothing to remove");
    if (argv["dry-run"]) for (const leftover of dead) say(`would remove ${describe(leftover)}`);
    if (dead.length === 0 || argv["dry-run"]) return EXIT.valid;

    // First the faults: no signal ends a process that the kernel has frozen, and a cgroup with processes stays.
    const { listJournals } = await import("../cluster/journal.js");
    const { healRun } = await import("../run/heal.js");
    const { nemeses } = await import("../../nemesis/index.js");
    const ill: string[] = [];
    for (const journal of listJournals().filter(({ alive }) => !alive))
      for (const { fault, nemesis, outcome } of await healRun(journal, nemeses))
        if ("failed" in outcome) ill.push(`${fault} (${nemesis}): ${outcome.failed}`);
    const { removed, failed } = await cleanUp({ onStep: () => {} });
    for (const leftover of removed) say(`removed ${describe(leftover)}`);
    for (const text of ill) process.stderr.write(`could not heal ${text}\n`);
    for (const text of failed) process.stderr.write(`could not remove ${text}\n`);
    return failed.length + ill.length === 0 ? EXIT.valid : EXIT.environment;
  },
});
