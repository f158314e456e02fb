import { existsSync } from "node:fs";
import { join } from "node:path";
import { STDIN } from "../history/reading/stdin.js";
import { DEFAULTS } from "../plan/defaults.js";

/** What `check` and `report` are pointed at. */
export const STORED = {
  positional: { type: "string", describe: "directory of a run, or `latest`" },
  output: {
    type: "string",
    requiresArg: true,
    describe: `directory for results, where \`latest\` is [${DEFAULTS.output}]`,
  },
} as const;

/** What `-` is on the way through the command line. */
export const STDIN_NAME = "/dev/stdin";

/** The path that was meant: `latest` is the last run, unless something here is called so. */
export function storedPath(given: string, output: string = DEFAULTS.output): string {
  if (given === STDIN_NAME) return STDIN;
  return given === "latest" && !existsSync(given) ? join(output, "latest") : given;
}
