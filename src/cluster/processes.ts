/** Processes by the network namespace that they are in: also those that forked, daemonised or were started by others. */
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { errnoOf, LockjepsenError } from "../error.js";
import type { Host } from "./types.js";

/** A network namespace as the kernel names it: `net:[4026531840]`. */
export type Network = string;

const OWN = "/proc/self/ns/net";

/** The network namespace that is mounted at a path; null where none is. */
export function networkAt(path: string): Network | null {
  const found = statSync(path, { throwIfNoEntry: false });
  // Killed between making the file and mounting on it, `ip netns add` leaves a plain file: its inode means nothing.
  return found && found.dev === statSync(OWN).dev ? `net:[${found.ino}]` : null;
}

/** Pids of all processes in these networks, zombies left out (they are in no namespace any more). */
export function processesIn(networks: ReadonlySet<Network>): readonly number[] {
  if (networks.has(readlinkSync(OWN))) throw new Error("the cluster's network is our own");
  return list("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => networks.has(networkOf(pid) ?? ""))
    .map(Number);
}

/** The session that a process is in, see proc_pid_stat(5); null when it is no more. */
export function sessionOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name stands in parentheses and may itself hold spaces and parentheses.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]);
  } catch {
    return null;
  }
}

/** Sends a signal; false when the process is no more. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ESRCH") return false;
    throw error;
  }
}

/**
 * Sends a signal to every process of a host, once each, until there are no new ones; SIGKILL: until none is left, for a
 * server that forks may have one more child by the time that the others are dead.
 */
export async function signalHost(host: Pick<Host, "name" | "pids">, signal: NodeJS.Signals): Promise<void> {
  if (signal === "SIGKILL") {
    const left = await killAll(host.pids);
    if (left.length === 0) return;
    throw new LockjepsenError("environment", `${host.name}: process ${left[0]} cannot be killed`, "see `ps`");
  }
  const told = new Set<number>();
  for (;;) {
    const pids = host.pids().filter((pid) => !told.has(pid));
    if (pids.length === 0) return;
    for (const pid of pids) {
      signalProcess(pid, signal);
      told.add(pid);
    }
  }
}

/** Kills until `find` finds none; what is left after `patienceMs` (a process in uninterruptible sleep, say). */
export async function killAll(find: () => readonly number[], patienceMs = 5_000): Promise<readonly number[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const pids = find();
    if (pids.length === 0 || performance.now() > deadline) return pids;
    for (const pid of pids) signalProcess(pid, "SIGKILL");
    await sleep(5);
  }
}

function networkOf(pid: string): Network | undefined {
  // The main thread may have ended while others go on: then only those still have a namespace.
  return (
    link(`/proc/${pid}/ns/net`) ??
    list(`/proc/${pid}/task`)
      .map((task) => link(`/proc/${pid}/task/${task}/ns/net`))
      .find((network) => network !== undefined)
  );
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // it ended just now, or is not ours to look at
  }
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
