import { EXIT, LockjepsenError } from "../error.js";
import { didYouMean, unknownName } from "../suggest.js";
import { command } from "./command.js";
import { integer } from "./run-options.js";

const ACTIONS = ["list", "run"] as const;

export const scenarioCommand = command({
  name: "scenario",
  description: "settle a claim that people make of locks, by the runs that decide it",
  positionals: {
    words: { type: "string", array: true, describe: "list, or run and the names of scenarios" },
  },
  options: {
    all: { type: "boolean", describe: "every scenario" },
    repeat: { type: "string", requiresArg: true, describe: "attempts at each, with seed, seed+1, ... [1]" },
    seed: { type: "string", requiresArg: true, describe: "of the first attempt [1]" },
    output: { type: "string", requiresArg: true, describe: "directory for results [results/scenarios]" },
    json: { type: "boolean", describe: "print the outcomes as JSON" },
    markdown: { type: "boolean", describe: "print the page of all claims settled in --output" },
  },
  examples: [
    ["scenario list", "the claims"],
    ["scenario run fencing --repeat 20", "how often it decides"],
    ["scenario run --all --markdown", "docs/claims.md"],
  ],
  epilogue: "Exit codes:\n  0 every claim was settled     2 some were not     3 environment     64 usage",
  async run(argv) {
    const [action, ...names] = argv.words;
    if (action !== "list" && action !== "run")
      throw new LockjepsenError(
        "usage",
        `a scenario cannot be "${action}"`,
        didYouMean(action ?? "", ACTIONS),
      );
    const { scenarios } = await import("../campaign/scenarios/index.js");
    if (action === "list") {
      const { fields } = await import("../report/text.js");
      const { outputTo } = await import("../report/io.js");
      const rows = scenarios.map(({ name, claim }) => [name, claim] as const);
      const out = outputTo(process.stdout);
      out.write(
        argv.json
          ? `${JSON.stringify(
              scenarios.map(({ name, claim, source, runs }) => ({ name, claim, source, runs })),
              null,
              2,
            )}\n`
          : `${fields(rows, { width: out.columns, indent: 0 }).join("\n")}\n`,
      );
      return EXIT.valid;
    }
    const known = scenarios.map(({ name }) => name);
    const stranger = names.find((name) => !known.includes(name));
    if (stranger !== undefined) throw unknownName("scenario", stranger, known);
    const chosen = argv.all ? scenarios : scenarios.filter(({ name }) => names.includes(name));
    if (chosen.length === 0)
      throw new LockjepsenError(
        "usage",
        "which scenario? none is named",
        "name some of `scenario list`, or --all",
      );
    const repeat = integer("repeat", argv.repeat) ?? 1;
    const seed = integer("seed", argv.seed) ?? 1;
    const { outcomeText, settle } = await import("../campaign/scenario.js");
    const { claimsMarkdown, openClaims } = await import("../campaign/claims.js");
    const { circumstances } = await import("../run/environment.js");
    const { performCampaign } = await import("./perform-campaign.js");
    const directory = argv.output ?? "results/scenarios";
    const store = openClaims(directory);
    return performCampaign({ directory, publications: [] }, async ({ out, err, runOne, signal }) => {
      const settled = [];
      const failed: string[] = [];
      for (const scenario of chosen) {
        signal.throwIfAborted();
        err.write(`${scenario.name}: ${scenario.claim}\n`);
        try {
          const one = await settle(scenario, { repeat, seed, runOne, signal });
          settled.push(one);
          store.keep({ ...one, made: circumstances(new Date()) });
          const text = `  ${outcomeText(one)}: ${one.attempts.at(-1)?.because}\n`;
          if (!argv.json && !argv.markdown) out.write(`${scenario.name}\n${text}`);
          else err.write(text);
        } catch (error) {
          // A service that cannot be had here takes nothing from the other claims.
          if (!(error instanceof LockjepsenError && error.code === "environment") || signal.aborted)
            throw error;
          failed.push(scenario.name);
          err.write(`  not tried: ${error.message}\n  hint: ${error.hint}\n`);
        }
      }
      const page = claimsMarkdown(store.claims(known));
      store.write(page);
      if (argv.json) out.write(`${JSON.stringify({ version: 1, failed, settled }, null, 2)}\n`);
      if (argv.markdown) out.write(page);
      if (failed.length > 0) return EXIT.environment;
      return settled.every(({ outcome }) => outcome !== "unknown") ? EXIT.valid : EXIT.unknown;
    });
  },
});
