import { command } from "./command.js";

export const cleanCommand = command({
  name: "clean",
  description: "remove what crashed runs left: processes, namespaces, firewall rules; results stay",
  positionals: {},
  options: {
    "dry-run": { type: "boolean", describe: "say what would be removed, and remove nothing" },
  },
  examples: [],
  async run(argv) {
    const [{ cleanUp }, { ensurePrivileges }] = await Promise.all([
      import("../cluster/clean.js"),
      import("../cluster/privileges.js"),
    ]);
    await ensurePrivileges();
    const { removed, left } = await cleanUp({ dryRun: argv["dry-run"] === true });
    return 0;
  },
});
