import { EXIT } from "../error.js";
import { command } from "./command.js";

export const doctorCommand = command({
  name: "doctor",
  description: "look whether this machine can run everything, and how to mend what it cannot",
  positionals: {},
  options: { json: { type: "boolean", describe: "print it as JSON" } },
  examples: [],
  epilogue: "Exit codes: 0 all is well, 3 something is missing.",
  async run(argv) {
    const [{ diagnose }, { outputTo }] = await Promise.all([
      import("../cluster/doctor.js"),
      import("../report/io.js"),
    ]);
    const checks = await diagnose();
    const { write, colours } = outputTo(process.stdout);
    if (argv.json) write(`${JSON.stringify(checks, null, 2)}\n`);
    else
      for (const { ok, name, detail, mend } of checks) {
        write(`${ok ? colours.green("✔") : colours.red("✖")} ${name}: ${detail}\n`);
        if (!ok) write(`  → ${mend}\n`);
      }
    return checks.every(({ ok }) => ok) ? EXIT.valid : EXIT.environment;
  },
});
