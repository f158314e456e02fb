import { readdirSync, readFileSync } from "node:fs";

/** State letters of all tasks (threads) of a process: `T` stopped, `S` sleeping ...; empty when it is no more. See proc(5). */
export function taskStates(pid: number): readonly string[] {
  return entries(`/proc/${pid}/task`).flatMap((task) => {
    const stat = read(`/proc/${pid}/task/${task}/stat`);
    // The command's name stands in parentheses and may itself hold spaces and parentheses.
    const state = stat?.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
    return state ? [state] : [];
  });
}

/** Sends a signal; false when the process is no more. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

function entries(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // the process ended between two looks
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
