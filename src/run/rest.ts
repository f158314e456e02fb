/** When the workload is over and every fault is healed: rounds end, the cluster recovers, the last reads are made. */
import { setTimeout as sleep } from "node:timers/promises";
import type { NemesisEvent } from "../history/event.js";
import type { ActOptions } from "./act.js";
import { recover } from "./recover.js";

export interface RestParts {
  record(event: Omit<NemesisEvent, "time" | "process">): void;
  /** Rejects when the run is void. */
  readonly failed: Promise<never>;
}

/** A round ends within its hold and two calls that time out; past that a client is stuck. */
const DRAIN_MS = 30_000;
/** What was under way when the faults were healed comes to rest. */
const QUIET_MS = 500;

/** Bounded, whatever clients and servers do. Rejects as `failed` does. */
export async function comeToRest(options: ActOptions, parts: RestParts): Promise<void> {
  const { plan, stage, onWarning } = options;
  const patienceMs = DRAIN_MS + plan.holdMs.max;
  const stuck = await Promise.race([stage.crew.drain(patienceMs), parts.failed]);
  if (stuck.length > 0)
    onWarning(
      `${stuck.join(", ")}: no end of the round within ${patienceMs / 1_000} s; the run goes on without`,
    );
  await sleep(QUIET_MS);
  await recover(options, { ...parts, fault: "all", signal: new AbortController().signal });
  await lastReads(options, parts);
}

/** Every client reads every register, after trying once more to take the locks: is one of them left behind for ever? */
async function lastReads(
  { plan, stage, onPhase, onWarning }: ActOptions,
  { failed }: RestParts,
): Promise<void> {
  const waitMs = (plan.judge.freedWithinMs ?? plan.judge.ttlMs) + 5_000;
  const late = await Promise.race([stage.crew.finish(waitMs), failed]);
  if (late.length > 0) onWarning(`${late.join(", ")} did not end their last reads in time`);
  onPhase("healed, last reads made");
}
