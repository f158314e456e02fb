import { spawn, type ChildProcess } from "node:child_process";
import { text } from "node:stream/consumers";
import type { ExecResult } from "./types.js";

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Written to its standard input. */
  readonly input?: string;
  /** Killed after that, with `code: null`. */
  readonly timeoutMs?: number;
  /** Killed when aborted, with `code: null`. */
  readonly signal?: AbortSignal;
  /** Told of its process, the leader of a session of its own. */
  onSpawn?(child: ChildProcess): void;
}

/**
 * Runs a program to its end, whatever its exit code. Rejects only where it cannot be started (ENOENT ...). It is in a
 * process group of its own: the terminal's Ctrl-C is for lockjepsen to handle, not for its helpers.
 */
export async function runCommand(
  argv: readonly [string, ...string[]],
  options: CommandOptions = {},
): Promise<ExecResult> {
  const [file, ...args] = argv;
  const child = spawn(file, args, {
    detached: true,
    stdio: "pipe",
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  options.onSpawn?.(child);
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(kill, options.timeoutMs);
  if (options.signal?.aborted) kill();
  options.signal?.addEventListener("abort", kill);
  child.stdin.on("error", () => {}); // a program that does not read its input closes it: its exit code tells the rest
  child.stdin.end(options.input ?? "");
  try {
    const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return { code, stdout, stderr };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", kill);
  }
}

/** The last line that says anything. */
export function lastLine(output: string): string {
  return output.trimEnd().split("\n").at(-1)?.trim() ?? "";
}

/** The first line that tells why: `ip` and `tc` say at the end which line of their batch it was. */
export function firstTrouble(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("Command failed"));
  return lines[0]?.trim() ?? lastLine(output);
}
