import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../src/cluster/types.js";
import type { AimedHolder, Battlefield, PlannedFault } from "./types.js";

/** Whom a fault hits, or why nobody; `landed` is to be called once it is in effect (or has failed). */
export type Aim =
  | {
      readonly hosts: readonly Host[];
      readonly holder: AimedHolder | null;
      readonly about?: string;
      landed(): void;
    }
  | { readonly hosts: null; readonly why: string };

const LEADER_WAIT_MS = 3_000;
const LEADER_POLL_MS = 50;

/** `nth` counts the faults of a run from 0: `servers` takes them in turn, so that the leader's turn comes too. */
export async function aimAt(
  fault: Pick<PlannedFault, "target" | "phase" | "client" | "pick">,
  field: Battlefield,
  options: { readonly nth: number; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Aim> {
  const { target, phase, client } = fault;
  if (phase === null) {
    const hosts = await hostsOf(fault, field, null, options);
    return typeof hosts === "string" ? missed(hosts) : { hosts, holder: null, landed: () => {} };
  }
  const { timeoutMs, signal } = options;
  const holder = await field.holder(phase, { timeoutMs, signal, ...(client !== null && { client }) });
  if (!holder) return missed(`no holder${client === null ? "" : ` of ${client}`} reached ${phase} in time`);
  const hosts = await hostsOf(fault, field, holder, options);
  if (typeof hosts === "string") {
    holder.go();
    return missed(hosts);
  }
  const about = `${holder.client} held ${holder.lock} (grant ${holder.grant}), ${phase}`;
  return { hosts, holder, about: target === "holder" ? about : `just then ${about}`, landed: holder.go };
}

const missed = (why: string): Aim => ({ hosts: null, why });

/** The hosts that a target means just now, or why there are none. */
async function hostsOf(
  { target, pick }: Pick<PlannedFault, "target" | "pick">,
  field: Battlefield,
  holder: AimedHolder | null,
  { nth, signal }: { readonly nth: number; readonly signal: AbortSignal },
): Promise<readonly Host[] | string> {
  const { servers, clients } = field;
  switch (target) {
    case "holder": {
      const host = clients.find((client) => client.name === holder?.client);
      return host ? [host] : "nobody holds a lock";
    }
    case "leader": {
      const leader = await awaitLeader(field, signal);
      return leader ? [leader] : `no server led within ${LEADER_WAIT_MS} ms`;
    }
    case "clients":
      return drawn(clients, 1, pick);
    case "servers":
      return servers.slice(nth % servers.length, (nth % servers.length) + 1);
    case "one":
      return drawn(servers, 1, pick);
    case "minority":
      return drawn(servers, Math.max(1, Math.ceil(servers.length / 2) - 1), pick);
    case "majority":
      return drawn(servers, Math.floor(servers.length / 2) + 1, pick);
    case "all":
      return servers;
    default: {
      const names = target.split(",");
      const hosts = [...servers, ...clients].filter(({ name }) => names.includes(name));
      const unknown = names.find((name) => !hosts.some((host) => host.name === name));
      return unknown === undefined ? hosts : `there is no node ${unknown}`;
    }
  }
}

/** Just after a fault on the leader there may be none for a while. */
async function awaitLeader(field: Battlefield, signal: AbortSignal): Promise<Host | null> {
  const deadline = performance.now() + LEADER_WAIT_MS;
  for (;;) {
    const leader = await field.leader();
    if (leader || signal.aborted || performance.now() > deadline) return leader;
    await sleep(LEADER_POLL_MS);
  }
}

/** `count` neighbours in a ring of hosts, beginning where `pick` in [0, 1) says. */
export function drawn(hosts: readonly Host[], count: number, pick: number): readonly Host[] {
  const first = Math.floor(pick * hosts.length);
  return [...hosts, ...hosts].slice(first, first + Math.min(count, hosts.length));
}
