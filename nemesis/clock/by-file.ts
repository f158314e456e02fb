import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isNode, type Host } from "../../src/cluster/types.js";
import type { Mechanism } from "./mechanism.js";
import { FILE_VARIABLE } from "./faketime.js";

/** libfaketime takes the first line. */
const LENGTH = 32;

/**
 * Set by libfaketime, which each process of these hosts was started with, and which looks into a file whenever it is asked
 * the time.
 */
export function byFile(hosts: readonly Host[]): Mechanism {
  const files = new Map<number, string | undefined>();
  const fileOf = (pid: number): string | undefined => {
    if (!files.has(pid)) files.set(pid, variableOf(pid, FILE_VARIABLE) ?? fileOfServer(pid));
    return files.get(pid);
  };
  // A server that shows a title (Redis, PostgreSQL) may write it over its own environment.
  const fileOfServer = (pid: number): string | undefined =>
    hosts.filter(isNode).find((node) => node.pids().includes(pid))?.env[FILE_VARIABLE];
  const write = (pids: readonly number[], offsetMs: number): number => {
    const own = pids.map(fileOf).filter((file) => file !== undefined);
    const seconds = (offsetMs / 1_000).toFixed(6);
    // Over what stands there, as long as ever: who read an emptied file would have the right time for a moment.
    const text = (offsetMs < 0 ? seconds : `+${seconds}`).padEnd(LENGTH, "\n");
    for (const file of new Set(own)) if (existsSync(file)) writeFileSync(file, text, { flag: "r+" });
    return own.length;
  };
  return {
    name: "libfaketime",
    set: write,
    clear: (pids) => void write(pids, 0),
    offsets: () => null,
  };
}

/** A variable of a process' environment as it was started, see proc_pid_environ(5). */
function variableOf(pid: number, name: string): string | undefined {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return variables.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
  } catch {
    return undefined;
  }
}
