import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { VerdictDocument } from "../../src/report/types.js";

export const CLI = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly done: Promise<Outcome>;
  /** Resolves when standard error has shown `pattern`. */
  shows(pattern: RegExp): Promise<void>;
  /** What standard error has shown so far. */
  stderr(): string;
}

/** Starts the real command line, as a user would. */
export function startCli(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; prefix?: readonly string[] } = {},
): RunningCli {
  const [program = "", ...rest] = [...(options.prefix ?? []), process.execPath, CLI, ...args];
  const child = spawn(program, rest, {
    env: { ...process.env, NO_COLOR: "1", ...options.env },
    cwd: options.cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return {
    child,
    stderr: () => stderr,
    done: once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr })),
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(stderr)) resolve();
        };
        child.stderr.on("data", look);
        child.once("close", () => reject(new Error(`ended before it showed ${String(pattern)}:\n${stderr}`)));
        look();
      }),
  };
}

/** Runs it to its end. */
export function cli(args: readonly string[], options: Parameters<typeof startCli>[1] = {}): Promise<Outcome> {
  return startCli(args, options).done;
}

/** Runs `lockjepsen run ... --json` and reads what it says. */
export async function runJson(args: readonly string[]): Promise<Outcome & { document: VerdictDocument }> {
  const outcome = await cli(["run", "--json", ...args]);
  if (!outcome.stdout.trim()) throw new Error(`no verdict (exit code ${outcome.code}):\n${outcome.stderr}`);
  return { ...outcome, document: JSON.parse(outcome.stdout) as VerdictDocument };
}

/** A directory that is removed when the test is over. */
export function scratch(onEnd: (cleanup: () => void) => void): string {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-test-"));
  onEnd(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Directories that are removed together: for tests beside each other. */
export function scratches(onEnd: (cleanup: () => void) => void): () => string {
  const place = scratch(onEnd);
  return () => mkdtempSync(join(place, "one-"));
}
