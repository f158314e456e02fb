import { messageOf } from "../error.js";
import { runCommand } from "./command.js";
import { enteringRoot } from "./suite-root.js";
import type { FoundSoftware, Software } from "./types.js";
import { parseVersion } from "./versions.js";

/** The path of each program, or null unless all are there. */
export function pick(
  software: Software,
  find: (name: string) => string | undefined,
): FoundSoftware["binaries"] | null {
  const found = software.binaries.map((name) => [name, find(name)] as const);
  return found.every((entry): entry is [string, string] => entry[1] !== undefined)
    ? Object.fromEntries(found)
    : null;
}

/** The version command with the programs' paths in it. */
export function versionArgv(
  { versionCommand }: Software,
  binaries: FoundSoftware["binaries"],
): readonly [string, ...string[]] {
  const [program = "", ...args] = versionCommand;
  const pathOf = (_: string, name: string): string => binaries[name] ?? name;
  return [binaries[program] ?? program, ...args.map((arg) => arg.replace(/^\{(.*)\}$/, pathOf))];
}

/** What the program itself says, where it is to run. */
export async function askVersion(
  software: Software,
  { binaries, environment, root }: Pick<FoundSoftware, "binaries" | "environment" | "root">,
): Promise<{ readonly version: string } | { readonly failure: string }> {
  const argv = versionArgv(software, binaries);
  const env = { ...process.env, ...environment };
  const ran = await runCommand(root === undefined ? argv : [...enteringRoot(root), ...argv], {
    env,
    timeoutMs: 10_000,
  }).catch((error: unknown) => ({ code: null, stdout: "", stderr: messageOf(error) }));
  const version = parseVersion(ran.stdout) ?? parseVersion(ran.stderr);
  return ran.code === 0 && version !== null
    ? { version }
    : { failure: `${argv[0]}: ${ran.stderr || ran.stdout}` };
}
