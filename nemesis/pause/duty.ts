import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../src/cluster/types.js";
import { resume, stopAll } from "./stop.js";

/** A host that is stopped and let go, over and over. */
export interface Duty {
  readonly evidence: string;
  /** Ends it, with the host running; the evidence of that. */
  end(): Promise<string>;
}

/** Resolves when the host is stopped for the first time. */
export async function startDuty(
  hosts: readonly Host[],
  { stoppedMs, runningMs }: { readonly stoppedMs: number; readonly runningMs: number },
): Promise<Duty> {
  const over = new AbortController();
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal: over.signal }).catch(() => {});
  const since = performance.now();
  let stops = 1;
  let stopped = 0;
  const evidence = await stopAll(hosts);

  async function goOn(): Promise<void> {
    for (let from = performance.now(); ; stops += 1) {
      await pause(stoppedMs);
      await resume(hosts);
      stopped += performance.now() - from;
      if (over.signal.aborted) return;
      await pause(runningMs);
      if (over.signal.aborted) return;
      from = performance.now();
      await stopAll(hosts);
    }
  }
  // It ends with its host, too: then there is nothing left to stop.
  const going = goOn().catch(() => {});
  return {
    evidence: `${evidence}, ${stoppedMs} ms of every ${stoppedMs + runningMs} ms`,
    async end() {
      over.abort();
      await going;
      const share = Math.round((100 * stopped) / (performance.now() - since));
      return `${await resume(hosts)}; it was stopped ${stops} times, ${share} % of the time`;
    },
  };
}
