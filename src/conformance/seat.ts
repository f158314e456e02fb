/** Where one recipe is tried: in processes of its own, which end with what hangs in them. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Recipe } from "../backends/types.js";
import { messageOf } from "../error.js";
import { seconds } from "./checks/tools.js";
import type { Driver } from "./drivers.js";
import type { ConformanceCheck, Effort, Outcome, Trial } from "./types.js";

export interface Seat {
  readonly recipe: Recipe;
  readonly ttlMs: number;
  /** A check that fails, throws or hangs takes nothing from the next one. Rejects with the signal's reason only. */
  tries(check: ConformanceCheck, signal: AbortSignal): Promise<Outcome>;
}

export interface SeatOptions {
  readonly ttlMs: number;
  readonly effort: Effort;
  readonly driver: Driver;
  /** Starts one more. */
  open(): Driver;
}

export function takeSeat(recipe: Recipe, { ttlMs, effort, driver: first, open }: SeatOptions): Seat {
  let driver = first;
  return {
    recipe,
    ttlMs,
    async tries(check, signal) {
      signal.throwIfAborted();
      if (driver.child.killed || !driver.child.connected) driver = open();
      const victims: Driver[] = [];
      const trial: Trial = {
        recipe,
        ttlMs,
        lock: `conform-${recipe.name}-${check.name}`,
        connect: () => driver.connect(recipe.name),
        driver,
        victim() {
          const victim = open();
          victims.push(victim);
          return victim;
        },
        effort,
      };
      try {
        return await bounded(check, trial, signal);
      } finally {
        for (const { child } of victims) child.kill("SIGKILL");
      }
    },
  };
}

/** What hangs is ended, for it may be the whole process that does. */
async function bounded(check: ConformanceCheck, trial: Trial, signal: AbortSignal): Promise<Outcome> {
  const boundMs = check.lasts(trial) + trial.effort.patienceMs;
  const over = new AbortController();
  const tried = check
    .run(trial)
    .catch((error: unknown): Outcome => ({ passed: false, seen: messageOf(error) }));
  const hangs = sleep(boundMs, null, { signal: AbortSignal.any([signal, over.signal]) });
  try {
    const outcome = await Promise.race([tried, hangs]);
    if (outcome !== null) return outcome;
    trial.driver.child.kill("SIGKILL");
    return { passed: false, seen: `hung: not over after ${seconds(boundMs)}` };
  } finally {
    hangs.catch(() => {}); // nobody waits for it any more
    over.abort();
  }
}
