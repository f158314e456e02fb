import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { EXIT } from "../error.js";
import { writing } from "../write-error.js";
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
      writing(file, "make it writable", () => {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text, { flag: "wx" });
      });
      process.stdout.write(`written  ${file}\n`);
    }
    process.stdout.write("next     npx lockjepsen soak --runs 2\n");
    return EXIT.valid;
  },
});
