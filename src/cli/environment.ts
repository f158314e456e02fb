import { LockjepsenError } from "../error.js";
import type { OptionTable } from "./command.js";

/** `dry-run` -> `LOCKJEPSEN_DRY_RUN`. */
export const variableOf = (option: string): string =>
  `LOCKJEPSEN_${option.toUpperCase().replaceAll("-", "_")}`;

const YES = new Set(["1", "true", "yes", "on"]);
const NO = new Set(["0", "false", "no", "off"]);

/**
 * The options that are set by `LOCKJEPSEN_*` variables. yargs' own `.env()` also takes those that belong to another
 * command, or to no option at all, and then refuses them as unknown.
 */
export function fromEnvironment(
  options: OptionTable,
  env: NodeJS.ProcessEnv,
): Readonly<Record<string, string | boolean | readonly string[]>> {
  const found: Record<string, string | boolean | readonly string[]> = {};
  for (const [name, { type, array }] of Object.entries(options)) {
    const text = env[variableOf(name)]?.trim();
    if (!text) continue;
    if (array === true) found[name] = text.split(/\s*,\s*/);
    else found[name] = type === "boolean" ? readBoolean(name, text) : text;
  }
  return found;
}

function readBoolean(name: string, text: string): boolean {
  const word = text.toLowerCase();
  if (YES.has(word)) return true;
  if (NO.has(word)) return false;
  throw new LockjepsenError(
    "usage",
    `${variableOf(name)}: "${text}" is neither yes nor no`,
    "set it to 1 or 0",
  );
}

/** Where a bad value came from, if not from the command line: the variable that set the option named in `message`. */
export function blamedVariable(
  message: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): string | undefined {
  const option = /--([a-z][a-z-]*)/.exec(message)?.[1];
  if (option === undefined || args.some((arg) => arg === `--${option}` || arg.startsWith(`--${option}=`)))
    return undefined;
  const variable = variableOf(option);
  return env[variable] ? variable : undefined;
}
