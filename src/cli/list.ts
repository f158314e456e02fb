import { LockjepsenError } from "../error.js";
import { outputTo } from "../report/io.js";
import { WIDEST } from "../report/text.js";
import { didYouMean } from "../suggest.js";
import { command } from "./command.js";
import type { Listing } from "./listing.js";

/** What there is to list, each loaded only when asked for. */
const LISTS = {
  backends: async () => (await import("./list-backends.js")).listBackends(),
  nemeses: async () => (await import("./list-plugins.js")).listNemeses(),
  schedules: async () => (await import("./list-plugins.js")).listSchedules(),
  workloads: async () => (await import("./list-plugins.js")).listWorkloads(),
  models: async () => (await import("./list-plugins.js")).listModels(),
  checkers: async () => (await import("./list-plugins.js")).listCheckers(),
} as const satisfies Readonly<Record<string, () => Promise<Listing>>>;

export const listCommand = command({
  name: "list",
  description: "what can be tested, with what, and what is looked for",
  positionals: { what: { type: "string", describe: Object.keys(LISTS).join(" | ") } },
  options: { json: { type: "boolean", describe: "print it as JSON" } },
  examples: [["list backends", "lock services with their recipes and what each promises"]],
  async run(argv) {
    const list = Object.entries(LISTS).find(([name]) => name === argv.what)?.[1];
    if (list === undefined)
      throw new LockjepsenError(
        "usage",
        `there is no list of "${argv.what}"`,
        didYouMean(argv.what, Object.keys(LISTS)),
      );
    await (await import("./config/plugins.js")).bringPlugins();
    const { data, text } = await list();
    const out = outputTo(process.stdout);
    out.write(argv.json ? `${JSON.stringify(data, null, 2)}\n` : text(Math.min(out.columns, WIDEST)));
    return 0;
  },
});
