import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { EXIT, LockjepsenError, messageOf } from "../error.js";
import { command } from "./command.js";

export const initCommand = command({
  name: "init",
  description: "write a config and a nightly workflow to begin with; overwrites nothing",
  positionals: {},
  options: {},
  examples: [["init", "lockjepsen.config.ts and .github/workflows/lockjepsen.yml"]],
  async run() {
    const { CONFIG, WORKFLOW } = await import("./init/templates.js");
    const files = { "lockjepsen.config.ts": CONFIG, ".github/workflows/lockjepsen.yml": WORKFLOW };
    for (const [file, text] of Object.entries(files)) {
      if (existsSync(file)) {
        process.stdout.write(`kept     ${file}: it is there already\n`);
        continue;
      }
      try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text, { flag: "wx" });
      } catch (cause) {
        throw new LockjepsenError(
          "environment",
          `cannot write ${file}: ${messageOf(cause)}`,
          "make it writable",
          {
            cause,
          },
        );
      }
      process.stdout.write(`written  ${file}\n`);
    }
    process.stdout.write("next     npx lockjepsen soak --runs 2\n");
    return EXIT.valid;
  },
});
