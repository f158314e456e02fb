import type { Check } from "../cluster/doctor.js";
import { EXIT } from "../error.js";
import type { Colours } from "../report/io.js";
import { command } from "./command.js";

export const doctorCommand = command({
  name: "doctor",
  description:
    "look whether this machine has all that a run and its faults need, and how to mend what it has not",
  positionals: {},
  options: { json: { type: "boolean", describe: "print it as JSON" } },
  examples: [],
  epilogue: "Exit codes:\n  0 a run is possible     3 it is not",
  async run(argv) {
    const [{ diagnose }, { probeAsRunner }, { faultChecks }, { outputTo }, { fields }] = await Promise.all([
      import("../cluster/doctor.js"),
      import("../run/capabilities.js"),
      import("./doctor-faults.js"),
      import("../report/io.js"),
      import("../report/text.js"),
    ]);
    const checks = [...(await diagnose()), ...faultChecks(await probeAsRunner())];
    const out = outputTo(process.stdout);
    const lines = fields(checkRows(checks), { width: out.columns, indent: 2 }).map(
      (line, i) => mark(checks[i]?.status ?? "fail", out.colours) + line.slice(1),
    );
    out.write(argv.json ? `${JSON.stringify(checks, null, 2)}\n` : `${lines.join("\n")}\n`);
    return checks.some(({ status }) => status === "fail") ? EXIT.environment : EXIT.valid;
  },
});

/** How to mend something is said once. */
export function checkRows(checks: readonly Check[]): readonly (readonly [name: string, text: string])[] {
  const told = new Set<string>();
  return checks.map(({ name, detail, mend }) => {
    if (!mend) return [name, detail];
    const again = told.has(mend);
    told.add(mend);
    return [name, again ? `${detail} (see above)` : `${detail}. To mend it: ${mend}`];
  });
}

function mark(status: Check["status"], { green, yellow, red }: Colours): string {
  switch (status) {
    case "ok":
      return green("✔");
    case "warn":
      return yellow("!");
    case "fail":
      return red("✖");
  }
}
