import { LockjepsenError } from "../error.js";
import { parseDuration } from "../units.js";
import type { InferredOptionTypes } from "yargs";
import { wantsJson } from "../report/formats.js";
import { budgetOf } from "./budget.js";
import { KEEPS, seedOf, shardOf, SOAK_OPTIONS, toCells } from "./campaign-options.js";
import { parsePublications } from "../report/publish.js";
import { command } from "./command.js";
import { choice, integer } from "./run-options.js";

export const soakCommand = command({
  name: "soak",
  description: "the same runs again and again with fresh seeds, until time or patience is over",
  positionals: {},
  options: SOAK_OPTIONS,
  examples: [
    ["soak --backends etcd,redis --nemeses pause --fencing on --for 8h", "through the night"],
    ["soak --config lockjepsen.config.ts --runs 100 --bail", "a config's runs in turn"],
  ],
  epilogue:
    "Exit codes:\n  0 as the recipes promise    1 a surprise    2 some runs were too weak\n  3 some could not be made   64 usage       130 interrupted",
  async run(_, typed) {
    const { withConfig } = await import("./config/layers.js");
    return withConfig({ typed, options: SOAK_OPTIONS, section: "soak" }, async (all) => {
      const argv: Partial<InferredOptionTypes<typeof SOAK_OPTIONS>> = all.said.words;
      const cells = await toCells(typed, all);
      const forMs = argv.for === undefined ? null : parseDuration(argv.for, "--for");
      const runs = integer("runs", argv.runs) ?? null;
      if (forMs === null && runs === null)
        throw new LockjepsenError("usage", "a soak without an end", "add --for 8h, or --runs 100");
      const keep = choice("keep", argv.keep, KEEPS) ?? "surprises";
      const shard = shardOf(argv.shard, process.env);
      const { readBaseline } = await import("../campaign/baseline.js");
      const baseline = argv.baseline === undefined ? null : readBaseline(argv.baseline);
      const leastFree = (integer("least-free", argv["least-free"]) ?? 2) * 1e9;
      const { performCampaign } = await import("./perform-campaign.js");
      const { runSoak } = await import("../campaign/soak.js");
      const directory = argv.output ?? "results/soak";
      const seed = seedOf(argv.seed);
      const publications = parsePublications(argv.reporter);
      const manner = { directory, publications, budget: budgetOf(argv), complete: false };
      return performCampaign(manner, (parts) =>
        runSoak({
          ...parts,
          cells,
          seed,
          shard,
          forMs,
          runs,
          keep,
          leastFree,
          baseline,
          directory,
          bail: argv.bail === true,
          json: argv.json === true || wantsJson(publications),
        }),
      );
    });
  },
});
