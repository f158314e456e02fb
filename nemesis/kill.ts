import { setTimeout as sleep } from "node:timers/promises";
import { isNode, type Host } from "../src/cluster/types.js";
import { LockjepsenError } from "../src/error.js";
import { claiming } from "./exclusive.js";
import { hostsNamed } from "./hosts.js";
import { signalProcess } from "./proc.js";
import type { Nemesis } from "./types.js";

const SERVERS = ["servers", "leader", "one", "minority", "majority", "all"] as const;
const KILL_MS = 5_000;
const START_MS = 5_000;

/** What was killed, and whether its data are to go too. */
interface Note {
  readonly hosts: readonly string[];
  readonly wipe: boolean;
}

/**
 * SIGKILL of every process on a host: a crash. What the kernel has cached it still has, so this is no loss of power. Its
 * connections are closed by the kernel, at once: whoever talked to it hears of it.
 */
export const kill: Nemesis = {
  name: "kill",
  description: "SIGKILL of every process on a host, started again after a while",
  colour: "#b3342d",
  shapes: {
    restart: {
      description: "started again, with the data it had",
      targets: [...SERVERS, "holder", "clients"],
    },
    wipe: {
      description: "started again without any data",
      targets: SERVERS,
      needs: "startsEmpty",
    },
    stay: {
      description: "not started again before the clients' work is over",
      targets: ["holder", "clients", "one", "leader"],
      toTheEnd: true,
    },
  },
  bare: "first",
  parameters: {},
  // From at once, when what a server has forgotten is still held by somebody, to when every lease is over.
  lasts: (ttlMs) => ({ min: 100, max: ttlMs + 1_000 }),
  available: () => Promise.resolve(true),
  inject: ({ hosts, fault, clients, note }) =>
    claiming(hosts, "processes", fault.id, async () => {
      const wipe = fault.shape === "wipe";
      note({ hosts: hosts.map(({ name }) => name), wipe } satisfies Note);
      const release = hosts.filter((host) => !isNode(host)).map(({ name }) => clients.holdBack(name));
      const heal = async (): Promise<string> => {
        for (const letStart of release) letStart();
        return await startAgain(hosts, wipe);
      };
      const from = process.hrtime.bigint();
      try {
        const pids = await endAll(hosts);
        const tookMs = Number(process.hrtime.bigint() - from) / 1e6;
        return { from, evidence: `${pids.length} killed, none left after ${tookMs.toFixed(1)} ms`, heal };
      } catch (error) {
        await heal();
        throw error;
      }
    }),
  async undo(note, find) {
    const { hosts, wipe } = note as Note;
    // Clients belong to a run; without it there is nothing for them to do.
    return await startAgain(hostsNamed(hosts, find).filter(isNode), wipe);
  },
};

/** All of them at the same time: a majority that fell one by one might have elected somebody in between. */
async function endAll(hosts: readonly Host[]): Promise<readonly number[]> {
  const first = hosts.flatMap((host) => host.pids());
  const nobody = hosts.find((host) => host.pids().length === 0);
  if (nobody)
    throw new LockjepsenError("environment", `nothing runs on ${nobody.name}`, "see the run's logs");
  await Promise.all(hosts.map((host) => (isNode(host) ? host.kill("SIGKILL") : endClient(host))));
  return first;
}

async function endClient(host: Host): Promise<void> {
  const deadline = performance.now() + KILL_MS;
  for (let pids = host.pids(); pids.length > 0; pids = host.pids()) {
    for (const pid of pids) signalProcess(pid, "SIGKILL");
    if (performance.now() > deadline)
      throw new LockjepsenError("environment", `process ${pids[0]} cannot be killed`, "see `ps`");
    await sleep(1);
  }
}

/** Whoever runs already is left alone: somebody may have been faster. */
async function startAgain(hosts: readonly Host[], wipe: boolean): Promise<string> {
  const down = hosts.filter(isNode).filter((node) => node.pids().length === 0);
  await Promise.all(down.map((node) => node.start({ wipe })));
  const deadline = performance.now() + START_MS;
  while (hosts.some((host) => host.pids().length === 0) && performance.now() < deadline) await sleep(5);
  const missing = hosts.filter((host) => host.pids().length === 0);
  if (missing.length > 0)
    throw new LockjepsenError("environment", `${names(missing)} did not start again`, "see the run's logs");
  if (hosts.length === 0) return "nobody is left to start";
  return `${names(hosts)} started again${wipe ? ", without data" : ""}`;
}

const names = (hosts: readonly Host[]): string => hosts.map(({ name }) => name).join(", ");
