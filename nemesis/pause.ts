import { randomBytes } from "node:crypto";
import type { Host } from "../src/cluster/types.js";
import { LockjepsenError } from "../src/error.js";
import { claiming } from "./exclusive.js";
import { hostsNamed } from "./hosts.js";
import { outlasting } from "./lasts.js";
import { durationOf, wordOf } from "./parameters.js";
import { startDuty } from "./pause/duty.js";
import { findFreezer, freeze, groupOf, thaw, type Group } from "./pause/freezer.js";
import { resume, stopAll } from "./pause/stop.js";
import type { Injected, Nemesis, Order } from "./types.js";

const TARGETS = ["holder", "clients", "servers", "leader", "one", "minority", "majority", "all"] as const;

interface Note {
  readonly hosts: readonly string[];
  /** freeze: the groups, before they are made. */
  readonly groups?: readonly Group[];
}

/**
 * Keeps every process on a host from running: what a long garbage collection, a hypervisor's pause or a laptop's lid does
 * to a program. Clocks go on and leases run out, connections stay open, and the program notices nothing.
 */
export const pause: Nemesis = {
  name: "pause",
  description: "every process on a host stopped, and let go on",
  colour: "#7b61c9",
  shapes: {
    stop: { description: "SIGSTOP, verified in state T, then SIGCONT", targets: TARGETS },
    freeze: { description: "by the freezer of control groups, as `docker pause` does", targets: TARGETS },
    slow: { description: "stopped and let go in turns: a host that is far too slow", targets: TARGETS },
  },
  bare: "first",
  parameters: {
    thaw: {
      description: "timed, or next-read: as soon as the next holder has read what the lock protects",
      default: "timed",
      targets: ["holder"],
      draw: wordOf("pause.thaw", ["timed", "next-read"]),
    },
    stopped: {
      description: "slow: how long in each turn",
      default: "90ms",
      draw: durationOf("pause.stopped"),
    },
    running: {
      description: "slow: how long in each turn",
      default: "10ms",
      draw: durationOf("pause.running"),
    },
  },
  lasts: outlasting,
  async available(asked) {
    if (asked?.shape !== "freeze") return true;
    const freezer = findFreezer();
    return "reason" in freezer ? freezer : true;
  },
  inject: (order) =>
    claiming(order.hosts, "processes", order.fault.id, async () => untilRead(await put(order), order)),
  async undo(note, find) {
    const { hosts, groups = [] } = note as Note;
    for (const group of groups) await thaw(group);
    return await resume(hostsNamed(hosts, find));
  },
};

async function put(order: Order): Promise<Injected> {
  switch (order.fault.shape) {
    case "freeze":
      return await frozen(order);
    case "slow":
      return await slowed(order);
    default:
      return await stopped(order);
  }
}

const namesOf = (hosts: readonly Host[]): readonly string[] => hosts.map(({ name }) => name);

async function stopped({ hosts, note }: Order): Promise<Injected> {
  note({ hosts: namesOf(hosts) } satisfies Note);
  const from = process.hrtime.bigint();
  try {
    const seen = await stopAll(hosts);
    return { from, evidence: `${seen} after ${since(from)}`, heal: () => resume(hosts) };
  } catch (error) {
    await resume(hosts);
    throw error;
  }
}

async function slowed({ hosts, note, fault }: Order): Promise<Injected> {
  const { stopped: stoppedMs, running: runningMs } = fault.parameters;
  note({ hosts: namesOf(hosts) } satisfies Note);
  const from = process.hrtime.bigint();
  try {
    const duty = await startDuty(hosts, { stoppedMs: Number(stoppedMs), runningMs: Number(runningMs) });
    const record = { stopMs: Number(stoppedMs) };
    return { from, evidence: duty.evidence, record, heal: () => duty.end() };
  } catch (error) {
    await resume(hosts);
    throw error;
  }
}

async function frozen({ hosts, note }: Order): Promise<Injected> {
  const freezer = findFreezer();
  if ("reason" in freezer) throw new LockjepsenError("environment", freezer.reason, freezer.mend);
  const groups = hosts.map((host) => groupOf(host, freezer, `lockjepsen-${randomBytes(4).toString("hex")}`));
  note({ hosts: namesOf(hosts), groups } satisfies Note);
  const thawAll = async (): Promise<void> => void (await Promise.all(groups.map(thaw)));
  const from = process.hrtime.bigint();
  try {
    const counts = await Promise.all(hosts.map((host, index) => freeze(host, groups[index] as Group)));
    const processes = counts.reduce((sum, count) => sum + count, 0);
    return {
      from,
      evidence: `${processes} ${processes === 1 ? "process" : "processes"} frozen by the control group ${groups.map(({ path }) => path).join(", ")} after ${since(from)}`,
      async heal() {
        await thawAll();
        return "thawed";
      },
    };
  } catch (error) {
    await thawAll();
    throw error;
  }
}

/** `thaw=next-read`: in effect until another client has read what the holder's lock protects. */
function untilRead(injected: Injected, { fault, holder, register }: Order): Injected {
  if (fault.parameters["thaw"] !== "next-read" || !holder) return injected;
  let reader: string | undefined;
  const over = register.nextRead(holder.lock, holder.client).then((by) => (reader = by));
  const why = (): string => (reader === undefined ? "nobody else had read" : `${reader} had just read`);
  return { ...injected, over, heal: async () => `${await injected.heal()}; ${why()}` };
}

const since = (from: bigint): string => `${(Number(process.hrtime.bigint() - from) / 1e6).toFixed(1)} ms`;
