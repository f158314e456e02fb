/**
 * Programs of the tester's that run inside a host's network for a moment: no part of what runs there. A fault that met
 * one of them would kill or freeze its own means, or another fault's, and take a server that is down for one that runs.
 */
import type { ChildProcess } from "node:child_process";
import { sessionOf } from "./processes.js";

/** Their sessions: whatever they start is in the same one, wherever it is and whenever it is looked at. See setsid(2). */
const sessions = new Set<number>();

/** For a child that leads a session of its own (`detached`), to be called as soon as it is spawned. */
export function keepApart(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return; // it could not be started
  sessions.add(pid);
  // Its number is nobody else's as long as anything of it lives.
  child.once("exit", () => sessions.delete(pid));
}

export function isApart(pid: number): boolean {
  if (sessions.size === 0) return false;
  const session = sessionOf(pid);
  return session !== null && sessions.has(session);
}
