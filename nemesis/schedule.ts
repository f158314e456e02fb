import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../src/error.js";
import type { NemesisEvent, Nanos } from "../src/history/event.js";
import { aimAt, type Battlefield } from "./aim.js";
import type { Injected, Nemesis, PlannedFault } from "./types.js";

export interface ScheduleOptions {
  readonly faults: readonly PlannedFault[];
  readonly nemeses: Readonly<Record<string, Nemesis>>;
  readonly field: Battlefield;
  /** Instants of process.hrtime.bigint(): when the clients began, and by when every fault must be healed. */
  readonly origin: bigint;
  readonly end: bigint;
  record(event: Omit<NemesisEvent, "time" | "process">): void;
  at(instant: bigint): Nanos;
  /** Told in words, for whoever watches. Null: nothing is in effect any more. */
  onFault(text: string | null): void;
  /** Aborted: heal what is in effect, and begin no other. */
  readonly signal: AbortSignal;
}

/**
 * Lets the faults of a plan happen, one after the other, each verified, and healed before this resolves. What could not
 * be done is an event, not an exception; only a fault that cannot be healed rejects.
 */
export async function runSchedule(options: ScheduleOptions): Promise<void> {
  for (const [nth, fault] of options.faults.entries()) {
    await pauseUntil(options.origin + toNanos(fault.atMs), options.signal);
    if (options.signal.aborted) return;
    await happen(fault, nth, options);
  }
}

async function happen(fault: PlannedFault, nth: number, options: ScheduleOptions): Promise<void> {
  const about = { f: fault.nemesis, fault: fault.id, nemesis: fault.nemesis, target: fault.target } as const;
  const failed = (error: string): void => options.record({ ...about, type: "fail", error });
  options.record({ ...about, type: "invoke" });

  const nemesis = options.nemeses[fault.nemesis];
  if (!nemesis) return failed(`there is no nemesis ${fault.nemesis}`);
  // A fault that the run's end would cut short tests nothing: better none than one that looks like a test.
  const timeoutMs = Number(options.end - process.hrtime.bigint()) / 1e6 - fault.durationMs;
  if (timeoutMs <= 0) return failed("the run would end before it is healed");
  const aim = await aimAt(fault.target, options.field, { ...fault, nth, timeoutMs, signal: options.signal });
  if (!aim.hosts) return failed(aim.why);

  const nodes = aim.hosts.map((host) => host.name);
  let injected: Injected;
  try {
    injected = await nemesis.inject(aim.hosts);
  } catch (error) {
    return failed(messageOf(error));
  } finally {
    aim.landed();
  }
  const evidence = [aim.about, injected.evidence].filter(Boolean).join("; ");
  options.record({ ...about, type: "ok", nodes, from: options.at(injected.from), evidence });
  options.onFault(
    `${fault.nemesis} of ${nodes.join(", ")} (${fault.target}) for ${(fault.durationMs / 1000).toFixed(1)} s`,
  );

  await pauseUntil(injected.from + toNanos(fault.durationMs), options.signal);
  options.record({ ...about, f: "heal", type: "invoke", nodes });
  const healed = await injected.heal();
  options.record({ ...about, f: "heal", type: "ok", nodes, evidence: healed });
  options.onFault(null);
}

async function pauseUntil(instant: bigint, signal: AbortSignal): Promise<void> {
  const left = Number(instant - process.hrtime.bigint()) / 1e6;
  if (left > 0) await sleep(left, undefined, { signal }).catch(() => {}); // aborted: the wait is over
}

const toNanos = (ms: number): bigint => BigInt(Math.round(ms * 1e6));
