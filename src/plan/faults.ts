import type { Phase, Target } from "../../nemesis/types.js";
import type { Random } from "../random.js";
import type { PlannedFault, Range } from "./types.js";

/** The first fault comes soon: a short run should see one. */
const FIRST: Range = { min: 1_000, max: 2_000 };
/** Between the end of a fault and the next: the clients work undisturbed at least this long. */
const BREATH_MS = 500;
/** A fault that is aimed waits for its victim: the next hold to reach the phase, the next leader. */
const AIM_MS = 1_000;

export interface FaultSchedule {
  readonly nemesis: string;
  readonly target: Target;
  readonly phase: Phase;
  readonly ttlMs: number;
  readonly intervalMs: number;
  readonly runMs: number;
}

/**
 * How long a fault lasts: 1.5 to 2.5 leases, and always a second past the lease. A holder that is frozen for less has
 * not outlived anything, and the service needs some time to hand the lock on.
 */
export function faultLasts(ttlMs: number): Range {
  const least = ttlMs + 1_000;
  return { min: Math.max(Math.ceil(1.5 * ttlMs), least), max: Math.max(Math.floor(2.5 * ttlMs), least) };
}

/**
 * One fault after the other, every `intervalMs` (later where the one before lasts longer), as many as fit whole, with
 * time to land. A longer run begins like a shorter one of the same seed.
 */
export function planFaults(random: Random, schedule: FaultSchedule): readonly PlannedFault[] {
  const { nemesis, target, phase } = schedule;
  const faults: PlannedFault[] = [];
  const first = drawMs(random, FIRST);
  for (let free = 0; ;) {
    const atMs = Math.max(first + faults.length * schedule.intervalMs, free);
    const durationMs = drawMs(random, faultLasts(schedule.ttlMs));
    if (atMs + AIM_MS + durationMs > schedule.runMs) return faults;
    faults.push({
      id: `f${faults.length + 1}`,
      nemesis,
      target,
      phase,
      atMs,
      durationMs,
      pick: random.fraction(),
    });
    free = atMs + durationMs + BREATH_MS;
  }
}

const drawMs = (random: Random, { min, max }: Range): number => min + random.below(max - min + 1);
