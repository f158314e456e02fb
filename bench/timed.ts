import type { RunOptions } from "../src/plan/options.js";
import type { Reporter } from "../src/report/types.js";
import { run } from "../src/run.js";

export interface Timed {
  /** From the call to the first grant, seconds. */
  readonly start: number;
  /** From the last read to a clean machine, seconds. */
  readonly end: number;
  readonly grantsPerSecond: number;
}

/** One run of etcd, with what it took. */
export async function timed(options: Partial<RunOptions> & { readonly durationMs: number }): Promise<Timed> {
  const began = process.hrtime.bigint();
  const phases = new Map<string, number>();
  const reporter: Reporter = { onPhase: (text, ms) => phases.set(text, ms) };
  const { history, document } = await run({ backend: "etcd", ...options }, { reporters: [reporter] });
  const begin = history.events.find((event) => event.process === "run" && event.f === "begin");
  const grant = history.events.find((event) => event.f === "acquire" && event.type === "ok");
  if (begin?.process !== "run" || !grant) throw new Error("no grant");
  const phase = (text: string): number => phases.get(text) ?? Number.NaN;
  return {
    start: (Number(BigInt(begin.monotonic ?? 0) - began) + grant.time) / 1e9,
    end: (phase("cluster removed") - phase("healed, last reads made")) / 1e3,
    grantsPerSecond: document.grants / (options.durationMs / 1e3),
  };
}

export const least = (list: readonly number[]): string =>
  `${Math.min(...list).toFixed(2)} best, ${Math.max(...list).toFixed(2)} worst of ${list.length}`;
