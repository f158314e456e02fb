import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../src/cluster/types.js";
import { LockjepsenError } from "../../src/error.js";
import { signalProcess, taskStates } from "../proc.js";

/** Stopped (by a signal or a debugger), or no more. */
const STOPPED = new Set(["T", "t", "Z", "X"]);
const VERIFY_MS = 2_000;
/** A task still in state D so long after SIGSTOP is not just finishing a write to the disk. */
const ASLEEP_MS = 100;

/**
 * Stops every process on these hosts by SIGSTOP, and says what is stopped. Throws where it cannot: some may be stopped
 * then.
 *
 * A process may fork between the look and the signal, and its child goes on: so it stops and looks again until two
 * whole looks find nothing that runs.
 */
export async function stopAll(hosts: readonly Host[]): Promise<string> {
  const deadline = performance.now() + VERIFY_MS;
  const askedAt = new Map<number, number>();
  for (let clean = 0; ;) {
    const pids = hosts.flatMap((host) => host.pids());
    if (pids.length === 0)
      throw new LockjepsenError("environment", `nothing runs on ${names(hosts)}`, "see the logs of the run");
    const running = pids.filter((pid) => !frozen(pid, askedAt.get(pid)));
    for (const pid of running) {
      signalProcess(pid, "SIGSTOP");
      if (!askedAt.has(pid)) askedAt.set(pid, performance.now());
    }
    clean = running.length === 0 ? clean + 1 : 0;
    if (clean === 2) {
      const states = pids.flatMap(taskStates);
      return describe(pids.length, states);
    }
    if (performance.now() > deadline)
      throw new LockjepsenError(
        "environment",
        `${names(hosts)} did not stop within ${VERIFY_MS} ms of SIGSTOP (pids ${running.join(", ")})`,
        "try again on a calmer machine",
      );
    if (running.length > 0) await sleep(1);
  }
}

/**
 * Whether no task of a process can run a line of its program. One in uninterruptible sleep (D) cannot either once
 * SIGSTOP was sent: it stops before it returns from the kernel. It may stay there for as long as the pause: the parent
 * of a vfork whose child was stopped before its exec waits for just that child.
 */
function frozen(pid: number, askedAt: number | undefined): boolean {
  const asleepToo = askedAt !== undefined && performance.now() - askedAt > ASLEEP_MS;
  return taskStates(pid).every((state) => STOPPED.has(state) || (state === "D" && asleepToo));
}

/** Lets them go on, and says that they do. */
export async function resume(hosts: readonly Host[]): Promise<string> {
  const deadline = performance.now() + VERIFY_MS;
  const from = performance.now();
  for (;;) {
    const stopped = hosts.flatMap((host) => host.pids()).filter(isStopped);
    if (stopped.length === 0) return `running again after ${(performance.now() - from).toFixed(1)} ms`;
    for (const pid of stopped) signalProcess(pid, "SIGCONT");
    if (performance.now() > deadline)
      throw new LockjepsenError(
        "environment",
        `${names(hosts)} did not go on after SIGCONT (pids ${stopped.join(", ")})`,
        "run `lockjepsen clean`",
      );
    await sleep(1);
  }
}

function describe(pids: number, states: readonly string[]): string {
  const asleep = states.filter((state) => state === "D").length;
  const inKernel = asleep > 0 ? ` (${asleep} of them asleep in the kernel, state D)` : "";
  return `${count(states.length, "task")} of ${count(pids, "process", "processes")} in state T${inKernel}`;
}

const isStopped = (pid: number): boolean => taskStates(pid).some((state) => state === "T");
const names = (hosts: readonly Host[]): string => hosts.map((host) => host.name).join(", ");
const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
