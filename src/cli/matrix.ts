import { LockjepsenError } from "../error.js";
import type { InferredOptionTypes } from "yargs";
import { wantsJson } from "../report/formats.js";
import { budgetOf } from "./budget.js";
import { MATRIX_OPTIONS, seedOf, shardOf, toCells } from "./campaign-options.js";
import { parsePublications } from "../report/publish.js";
import { command } from "./command.js";
import { integer } from "./run-options.js";

const EXITS =
  "Exit codes:\n  0 as the recipes promise    1 a surprise    2 some runs were too weak\n  3 some could not be made   64 usage       130 interrupted";

export const matrixCommand = command({
  name: "matrix",
  description: "every combination of services, faults and fences once, as one table",
  positionals: {},
  options: MATRIX_OPTIONS,
  examples: [
    ["matrix --backends etcd,redis --nemeses none,pause --fencing off,on", "eight runs, side by side"],
    ["matrix --config lockjepsen.config.ts --shard 1/3", "a third of the runs that a config names"],
  ],
  epilogue: EXITS,
  async run(_, typed) {
    const { withConfig } = await import("./config/layers.js");
    return withConfig({ typed, options: MATRIX_OPTIONS, section: "matrix" }, async (all) => {
      const argv: Partial<InferredOptionTypes<typeof MATRIX_OPTIONS>> = all.said.words;
      const cells = await toCells(typed, all);
      const parallel = integer("parallel", argv.parallel) ?? 1;
      if (parallel < 1 || parallel > 32)
        throw new LockjepsenError("usage", `--parallel ${parallel} is out of range`, "take 1 to 32");
      const shard = shardOf(argv.shard, process.env);
      const { performCampaign } = await import("./perform-campaign.js");
      const { runMatrix } = await import("../campaign/matrix.js");
      const directory = argv.output ?? "results/matrix";
      const publications = parsePublications(argv.reporter);
      const manner = { directory, publications, budget: budgetOf(argv), complete: true };
      return performCampaign(manner, (parts) =>
        runMatrix({
          ...parts,
          cells,
          seed: seedOf(argv.seed),
          shard,
          parallel,
          directory,
          format: argv.json || wantsJson(publications) ? "json" : argv.markdown ? "markdown" : "text",
        }),
      );
    });
  },
});
