import { command } from "./command.js";

export const mergeCommand = command({
  name: "merge",
  description: "join the shards of a matrix or a soak into one result",
  positionals: { shards: { type: "string", array: true, describe: "the shards' directories" } },
  options: {
    output: { type: "string", requiresArg: true, describe: "directory of the whole [results/merged]" },
    json: { type: "boolean", describe: "print the result as JSON" },
  },
  examples: [["merge shard-1 shard-2 shard-3 --output all", "one table, one exit code"]],
  async run(argv) {
    const { mergeShards } = await import("../campaign/merge.js");
    const { openCampaign, readCampaign } = await import("../campaign/store.js");
    const { campaignHtml, campaignText } = await import("../campaign/table.js");
    const { conclusion, exitCodeFor, tally, totals } = await import("../campaign/tally.js");
    const { outputTo } = await import("../report/io.js");
    const output = argv.output ?? "results/merged";
    const shards = argv.shards.map((directory) => ({ directory, ...readCampaign(directory) }));
    const { campaign, records } = mergeShards(shards, output);
    const store = openCampaign(output, campaign);
    const known = new Set(store.earlier.map((record) => JSON.stringify(record)));
    for (const record of records) if (!known.has(JSON.stringify(record))) store.append(record);
    const tallies = tally(campaign.cells, records);
    const page = store.write(
      `${campaign.kind}.html`,
      campaignHtml(`lockjepsen: a ${campaign.kind} of ${records.length} runs`, tallies),
    );
    const out = outputTo(process.stdout);
    if (argv.json)
      out.write(`${JSON.stringify({ version: 1, records, totals: totals(records) }, null, 2)}\n`);
    else out.write([campaignText(tallies, out), ...conclusion(records), `${page}\n`].join("\n"));
    return exitCodeFor(totals(records));
  },
});
