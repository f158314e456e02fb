/** Which process a run belongs to, so that nobody else's is ever mistaken for it: pids are used again. */
import { readFileSync, readlinkSync } from "node:fs";

export interface Identity {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks since boot. */
  readonly startTime: string;
  /** Of the machine's present boot. */
  readonly boot: string;
  /** The pid namespace in which `pid` counts: `pid:[4026531836]`. */
  readonly pidNamespace: string;
}

/** Set by the process that re-executed us in a user namespace: it lives as long as we do, and others see it. */
export const OWNER_VARIABLE = "LOCKJEPSEN_OWNER";

export function ownIdentity(): Identity {
  const given = process.env[OWNER_VARIABLE];
  if (given !== undefined) return JSON.parse(given) as Identity;
  return {
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? "",
    boot: bootId(),
    pidNamespace: pidNamespace(),
  };
}

/** Whether that very process still runs. Where it cannot be seen from here (another container), it is taken to. */
export function isAlive(identity: Identity): boolean {
  if (identity.boot !== bootId()) return false;
  if (identity.pidNamespace !== pidNamespace()) return true;
  return startTimeOf(identity.pid) === identity.startTime;
}

/** Start time from the text of /proc/PID/stat, or null for a zombie: it can do nothing any more. See proc(5). */
export function parseStartTime(stat: string): string | null {
  // The command's name stands in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  return state === "Z" || state === "X" ? null : (fields[19] ?? null);
}

function startTimeOf(pid: number): string | null {
  try {
    return parseStartTime(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return null;
  }
}

const bootId = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
const pidNamespace = (): string => readlinkSync("/proc/self/ns/pid");
