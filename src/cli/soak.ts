import { LockjepsenError } from "../error.js";
import { parseDuration } from "../units.js";
import { CAMPAIGN_OPTIONS, seedOf, shardOf, toCells } from "./campaign-options.js";
import { parsePublications } from "../report/publish.js";
import { command } from "./command.js";
import { choice, integer } from "./run-options.js";

const text = (group: string, describe: string) =>
  ({ type: "string", requiresArg: true, group: `${group}:`, describe }) as const;
const KEEPS = ["surprises", "not-valid", "all"] as const;

export const soakCommand = command({
  name: "soak",
  description: "the same runs again and again with fresh seeds, until time or patience is over",
  positionals: {},
  options: {
    ...CAMPAIGN_OPTIONS,
    for: text("Run", "how long in all, an earlier part included"),
    runs: text("Run", "how many in all"),
    bail: { type: "boolean", group: "Run:", describe: "stop at the first surprise" },
    baseline: text("Output", "an earlier soak's summary.json: say what changed"),
    keep: text("Output", `whose whole record stays: ${KEEPS.join(" | ")} [surprises]`),
    "least-free": text("Output", "stop when the disk has less left, in GB [2]"),
    output: text("Output", "its directory; the same one again goes on [results/soak]"),
  },
  examples: [
    ["soak --backends etcd,redis --nemeses pause --fencing on --for 8h", "through the night"],
    ["soak --config lockjepsen.config.ts --runs 100 --bail", "a config's runs in turn"],
  ],
  epilogue:
    "Exit codes:\n  0 as the recipes promise     1 a surprise     2 some runs were too weak to judge\n  3 some could not be made     64 usage     130 interrupted",
  async run(argv) {
    const cells = await toCells(argv);
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
    return performCampaign(directory, parsePublications(argv.reporter), (parts) =>
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
        json: argv.json === true,
      }),
    );
  },
});
