import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../src/error.js";
import type { NemesisEvent, Nanos } from "../src/history/event.js";
import { aimAt } from "./aim.js";
import { faultTitle } from "./title.js";
import { Unconfirmed, type Injected, type Nemesis, type Order, type PlannedFault } from "./types.js";

/** A lock that nobody gets any more must not keep all the faults to come from their turn. */
const AIM_MS = 20_000;

/** What every fault of a run may use to land. */
export type Means = Pick<Order, "field" | "service" | "clients" | "register">;

export interface ScheduleOptions {
  readonly faults: readonly PlannedFault[];
  readonly nemeses: Readonly<Record<string, Nemesis>>;
  readonly means: Means;
  /** Instants of process.hrtime.bigint(): when the clients began, and by when every fault must be healed. */
  readonly origin: bigint;
  readonly end: bigint;
  record(event: Omit<NemesisEvent, "time" | "process">): void;
  at(instant: bigint): Nanos;
  /** Told in words, for whoever watches: all that is in effect. Empty: nothing any more. `landed`: a fault just did. */
  onFault(inEffect: readonly string[], landed: string | null): void;
  /** Writes down what a fault that is about to land leaves to undo, and that it is undone. */
  readonly journal: { fault(fault: PlannedFault, undo: unknown): void; healed(fault: PlannedFault): void };
  /**
   * Resolves when the service has recovered, or has had its time; called when nothing is in effect any more. `disturbed`:
   * aborted when the next fault is about to land, or the run ends; from then on it shows nothing.
   */
  recovered(fault: PlannedFault, disturbed: AbortSignal): Promise<void>;
  /** Aborted: heal what is in effect, and begin no other. */
  readonly signal: AbortSignal;
}

/**
 * Lets the faults of a plan happen, each verified, and healed before this resolves. What could not be done is an event,
 * not an exception; only a fault that cannot be healed rejects, after all others are.
 */
export async function runSchedule(options: ScheduleOptions): Promise<void> {
  const now: Now = { inEffect: new Map(), landing: new Set(), calm: new AbortController() };
  const over = new Map<string, Promise<void>>();
  for (const [nth, fault] of options.faults.entries()) {
    const before = fault.after === null ? undefined : over.get(fault.after);
    const happened = begin(fault, before, options).then(async () => {
      if (!options.signal.aborted) await happen(fault, nth, options, now);
    });
    happened.catch(() => {}); // awaited below
    over.set(fault.id, happened);
  }
  const failed = (await Promise.allSettled(over.values())).find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
}

/** What goes on in the run's hosts. */
interface Now {
  /** By their ids, in words. */
  readonly inEffect: Map<string, string>;
  /** What is done to a host may have its effect long before that is verified. */
  readonly landing: Set<string>;
  /** Aborted, and made anew, by each fault that is about to land. */
  calm: AbortController;
}

async function begin(
  { atMs }: PlannedFault,
  before: Promise<void> | undefined,
  { origin, signal }: ScheduleOptions,
): Promise<void> {
  await pauseUntil(origin + toNanos(atMs), signal);
  await before?.catch(() => {}); // its own failure is told once
}

async function happen(fault: PlannedFault, nth: number, options: ScheduleOptions, now: Now): Promise<void> {
  const { means, signal } = options;
  const { inEffect, landing } = now;
  const about = { f: fault.nemesis, fault: fault.id, nemesis: fault.nemesis, target: fault.target } as const;
  const failed = (error: string): void => options.record({ ...about, type: "fail", error });
  options.record({ ...about, type: "invoke", shape: fault.shape });

  const nemesis = options.nemeses[fault.nemesis];
  if (!nemesis) return failed(`there is no nemesis ${fault.nemesis}`);
  // A fault that the run's end would cut short tests nothing: better none than one that looks like a test.
  const leftMs = Number(options.end - process.hrtime.bigint()) / 1e6 - fault.durationMs;
  if (leftMs <= 0) return failed("the run would end before it is healed");
  const timeoutMs = Math.min(leftMs, AIM_MS);
  const aim = await aimAt(fault, means.field, { nth, timeoutMs, signal });
  if (!aim.hosts) return failed(aim.why);
  const { hosts, holder } = aim;

  const nodes = hosts.map((host) => host.name);
  let injected: Injected;
  const begun = process.hrtime.bigint();
  landing.add(fault.id);
  now.calm.abort();
  now.calm = new AbortController();
  try {
    const note = (undo: unknown): void => options.journal.fault(fault, undo);
    injected = await nemesis.inject({ ...means, fault, hosts, holder, note, signal });
  } catch (error) {
    if (!(error instanceof Unconfirmed)) return failed(messageOf(error));
    const open = { type: "info", nodes, from: options.at(begun), error: error.message } as const;
    return options.record({ ...about, ...open, ...error.record });
  } finally {
    landing.delete(fault.id);
    aim.landed();
  }
  const evidence = [aim.about, injected.evidence].filter(Boolean).join("; ");
  const from = options.at(injected.from);
  options.record({ ...about, type: "ok", nodes, from, ...injected.record, evidence });
  const words = `${faultTitle({ ...fault, name: fault.nemesis })} of ${nodes.join(", ")} (${fault.target}) for ${(fault.durationMs / 1000).toFixed(1)} s`;
  inEffect.set(fault.id, words);
  options.onFault([...inEffect.values()], words);

  await Promise.race([pauseUntil(injected.from + toNanos(fault.durationMs), signal), ...early(injected)]);
  options.record({ ...about, f: "heal", type: "invoke", nodes });
  const healed = await injected.heal();
  options.journal.healed(fault);
  options.record({ ...about, f: "heal", type: "ok", nodes, evidence: healed });
  inEffect.delete(fault.id);
  options.onFault([...inEffect.values()], null);
  const servers = hosts.some(({ role }) => role === "server");
  if (servers && inEffect.size === 0 && landing.size === 0 && !signal.aborted)
    await options.recovered(fault, AbortSignal.any([signal, now.calm.signal]));
}

const early = ({ over }: Injected): readonly Promise<unknown>[] => (over === undefined ? [] : [over]);

async function pauseUntil(instant: bigint, signal: AbortSignal): Promise<void> {
  const left = Number(instant - process.hrtime.bigint()) / 1e6;
  if (left > 0) await sleep(left, undefined, { signal }).catch(() => {}); // aborted: the wait is over
}

const toNanos = (ms: number): bigint => BigInt(Math.round(ms * 1e6));
