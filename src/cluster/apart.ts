/**
 * Programs of the tester's that run inside a host's network for a moment: no part of what runs there. A fault that met
 * one of them would kill or freeze its own means, or another fault's, and take a server that is down for one that runs.
 */
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { errnoOf } from "../error.js";
import { findOnPath } from "./path.js";
import { sessionOf } from "./processes.js";

/** Their sessions: whatever they start is in the same one, wherever it is and whenever it is looked at. See setsid(2). */
const sessions = new Set<number>();

/** In their environment: tells them to another lockjepsen, after the one that started them was killed. */
export const APART_VARIABLE = "LOCKJEPSEN_APART";

/** For a child that leads a session of its own (`detached`), to be called as soon as it is spawned. */
export function keepApart(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return; // it could not be started
  sessions.add(pid);
  // Its number is nobody else's as long as anything of it lives.
  child.once("exit", () => sessions.delete(pid));
}

/** Also of one that has ended since it was seen: whose it was cannot be told, and nothing runs there by it. */
export function isApart(pid: number): boolean {
  if (sessions.size === 0) return false;
  const session = sessionOf(pid);
  return session === null || sessions.has(session);
}

/** Whether any lockjepsen started it so, or it has ended since it was seen. */
export function isMarkedApart(pid: number): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`.includes(`\0${APART_VARIABLE}=`);
  } catch (error) {
    return ["ENOENT", "ESRCH"].includes(errnoOf(error) ?? "");
  }
}

/** Prefix of a command that the kernel kills when we end, however we do; the process stays the same one (exec). */
export const dyingWithUs = (): readonly string[] =>
  findOnPath("setpriv") === undefined ? [] : ["setpriv", "--pdeathsig", "KILL"];
