import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../src/cluster/types.js";
import { LockjepsenError } from "../src/error.js";
import { signalProcess, taskStates } from "./proc.js";
import type { Nemesis } from "./types.js";

const GONE = new Set(["Z", "X"]);
const STOPPED = new Set(["T", "t", ...GONE]);
const VERIFY_MS = 2_000;

/**
 * Stops every process on a host by SIGSTOP: what a long garbage collection, a hypervisor's pause or a laptop's lid does
 * to a program. Clocks go on and leases run out, connections stay open, and the program notices nothing.
 */
export const pause: Nemesis = {
  name: "pause",
  description: "SIGSTOP of every process on a host, verified in state T, then SIGCONT",
  colour: "#7b61c9",
  available: () => Promise.resolve(true),
  async inject(hosts) {
    const from = process.hrtime.bigint();
    try {
      const stopped = await stopAll(hosts);
      const tookMs = Number(process.hrtime.bigint() - from) / 1e6;
      return {
        from,
        evidence: `${count(stopped.tasks, "task")} of ${count(stopped.pids, "process", "processes")} in state T after ${tookMs.toFixed(1)} ms`,
        heal: () => resume(hosts),
      };
    } catch (error) {
      await resume(hosts);
      throw error;
    }
  },
};

/**
 * A process may fork between the look and the signal, and its child goes on: so it stops and looks again until a whole
 * look finds nothing that runs.
 */
async function stopAll(hosts: readonly Host[]): Promise<{ pids: number; tasks: number }> {
  const deadline = performance.now() + VERIFY_MS;
  for (let clean = 0; ;) {
    const pids = hosts.flatMap((host) => host.pids());
    if (pids.length === 0)
      throw new LockjepsenError("environment", `nothing runs on ${names(hosts)}`, "see the logs of the run");
    const running = pids.filter((pid) => taskStates(pid).some((state) => !STOPPED.has(state)));
    for (const pid of running) signalProcess(pid, "SIGSTOP");
    clean = running.length === 0 ? clean + 1 : 0;
    if (clean === 2) return { pids: pids.length, tasks: pids.flatMap(taskStates).length };
    if (performance.now() > deadline)
      throw new LockjepsenError(
        "environment",
        `${names(hosts)} did not stop within ${VERIFY_MS} ms of SIGSTOP (pids ${running.join(", ")})`,
        "a process in uninterruptible sleep (state D) waits for a slow disk: try again on a calmer machine",
      );
    if (running.length > 0) await sleep(1);
  }
}

async function resume(hosts: readonly Host[]): Promise<string> {
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

const isStopped = (pid: number): boolean => taskStates(pid).some((state) => state === "T");
const names = (hosts: readonly Host[]): string => hosts.map((host) => host.name).join(", ");
const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
