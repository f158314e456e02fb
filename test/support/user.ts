/** An ordinary user of this machine, who runs our programs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { scratch, type Outcome } from "./cli.js";
import { eventually } from "./cluster.js";

export const NOBODY = 65_534;
const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

export interface User {
  readonly home: string;
  /** Runs `node` as that user, on files below `project`; both are places that the user may enter. */
  start(args: readonly string[], env?: NodeJS.ProcessEnv): Started;
  readonly project: string;
}

export interface Started {
  readonly pid: number;
  readonly done: Promise<Outcome>;
  /** Resolves when standard output has shown `pattern`. */
  shows(pattern: RegExp): Promise<void>;
}

/** An ordinary user with a home, perhaps in one more group; the project is bound into it, for wherever it stands only root may be able to go. */
export function ordinaryUser({ group }: { readonly group?: number } = {}): User {
  const groups = group === undefined ? "--clear-groups" : `--groups ${group}`;
  const home = scratch(onTestFinished);
  const project = join(home, "project");
  mkdirSync(project);
  chownSync(home, NOBODY, NOBODY);
  const enter = `mount --bind "${PROJECT}" "${project}" && exec setpriv --reuid ${NOBODY} --regid ${NOBODY} ${groups} "$@"`;
  return {
    home,
    project,
    start: (args, env = {}) =>
      started(["unshare", "--mount", "sh", "-c", enter, "sh", process.execPath, ...args], home, {
        PATH: process.env["PATH"],
        HOME: home,
        NO_COLOR: "1",
        ...env,
      }),
  };
}

export function started(argv: readonly [string, ...string[]], cwd: string, env: NodeJS.ProcessEnv): Started {
  const [program, ...args] = argv;
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => (said[name] += text));
  return {
    pid: child.pid ?? 0,
    done: once(child, "close").then(([code]) => ({ code: code as number | null, ...said })),
    shows: (pattern) => eventually(() => pattern.test(said.stdout)),
  };
}
