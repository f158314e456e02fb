import { LockjepsenError } from "../error.js";
import { command } from "./command.js";
import { interruptibly } from "./interrupt.js";

export const conformCommand = command({
  name: "conform",
  description: "try every recipe on a calm day: does it do what it promises, without any fault?",
  positionals: {},
  options: {
    backend: {
      type: "string",
      requiresArg: true,
      alias: "b",
      describe: "name[@version] or module[,...], or all",
    },
    lock: {
      type: "string",
      requiresArg: true,
      alias: "l",
      describe: "lock recipe[,...] [all of the backend's]",
    },
    quick: { type: "boolean", describe: "a tenth of the effort" },
    runtime: { type: "string", requiresArg: true, describe: "where servers run [auto]" },
    json: { type: "boolean", describe: "print the results as JSON" },
    markdown: { type: "boolean", describe: "print a page: promises, their sources, results" },
  },
  examples: [
    ["conform --backend etcd", "each recipe of etcd's lock"],
    ["conform --backend ./mine.js", "your own lock, before it is put under faults"],
  ],
  epilogue:
    "Exit codes:\n  0 all did as they promise, and failed where they are known to\n  1 a surprise   3 environment   64 usage   130 interrupted",
  async run(argv) {
    const { backend } = argv;
    if (backend === undefined)
      throw new LockjepsenError("usage", "which lock service? --backend is missing", "name one, or all");
    await (await import("./config/plugins.js")).bringPlugins();
    const { conformAll } = await import("../conformance/perform.js");
    return interruptibly((signal) =>
      conformAll({
        backends: backend.split(","),
        recipes: argv.lock?.split(",") ?? [],
        quick: argv.quick === true,
        runtime: argv.runtime ?? "auto",
        format: argv.json ? "json" : argv.markdown ? "markdown" : "text",
        signal,
      }),
    );
  },
});
