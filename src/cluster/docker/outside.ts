import { existsSync } from "node:fs";
import { LockjepsenError } from "../../error.js";
import { giveTo } from "./give-back.js";

/** What the process in the container must know of the one outside. */
export interface Outside {
  readonly uid: number;
  readonly gid: number;
  /** Where it may leave files, which are to be the user's. */
  readonly paths: readonly string[];
  /** A file that both must see. */
  readonly token: string;
}

export const OUTSIDE_VARIABLE = "LOCKJEPSEN_OUTSIDE";

/** Set where this process runs in a container on behalf of another one. */
export function outside(env: NodeJS.ProcessEnv = process.env): Outside | undefined {
  const text = env[OUTSIDE_VARIABLE];
  return text === undefined ? undefined : (JSON.parse(text) as Outside);
}

/** In there: makes sure that files are shared, and gives those that we make to the user, however we end. */
export function actForOutside(own: Outside): void {
  demandShared(own);
  const began = Date.now();
  process.once("exit", () => giveTo(own, began));
  // Our standard input is a connection to the process outside: it ends with that.
  process.stdin.once("end", () => process.kill(process.pid, "SIGTERM")).resume();
  process.stdin.once("error", () => process.kill(process.pid, "SIGTERM"));
  process.stdin.unref?.();
}

/** Does the engine's machine have our user's files at all? Throws {@link LockjepsenError} where it has not. */
function demandShared({ token, paths }: Outside): void {
  if (existsSync(token)) return;
  throw new LockjepsenError(
    "environment",
    `the Docker engine does not see the files of this machine (${paths[0]})`,
    "it may be on another machine: run lockjepsen there; or share that directory in Docker Desktop's settings",
  );
}
