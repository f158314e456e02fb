import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../src/cluster/types.js";
import type { GrantId } from "../src/history/event.js";
import type { Phase, Target } from "./types.js";

/** The hosts a fault may hit, and how to find those that play a part just now. */
export interface Battlefield {
  readonly servers: readonly Host[];
  readonly clients: readonly Host[];
  /** The server that leads just now. */
  leader(): Promise<Host | null>;
  /** The next holder to reach `phase` of its hold: it waits there until `go`. Null: none did in time. */
  holder(phase: Phase, options: { timeoutMs: number; signal: AbortSignal }): Promise<AimedHolder | null>;
}

export interface AimedHolder {
  readonly client: string;
  readonly lock: string;
  readonly grant: GrantId;
  go(): void;
}

/** Whom a fault hits, or why nobody; `landed` is to be called once it is in effect (or has failed). */
export type Aim =
  | { readonly hosts: readonly Host[]; readonly about?: string; landed(): void }
  | { readonly hosts: null; readonly why: string };

const LEADER_WAIT_MS = 3_000;
const LEADER_POLL_MS = 50;

/** `nth` counts the faults of a run from 0: `servers` takes them in turn, so that the leader's turn comes too. */
export async function aimAt(
  target: Target,
  field: Battlefield,
  options: { phase: Phase; pick: number; nth: number; timeoutMs: number; signal: AbortSignal },
): Promise<Aim> {
  const { servers, clients } = field;
  const some = (hosts: readonly Host[]): Aim => ({ hosts, landed: () => {} });
  switch (target) {
    case "holder": {
      const holder = await field.holder(options.phase, options);
      const host = clients.find((client) => client.name === holder?.client);
      if (!holder || !host) return { hosts: null, why: `no holder reached ${options.phase} in time` };
      return {
        hosts: [host],
        about: `${holder.client} held ${holder.lock} (grant ${holder.grant}), ${options.phase}`,
        landed: holder.go,
      };
    }
    case "leader": {
      const leader = await awaitLeader(field, options.signal);
      return leader ? some([leader]) : { hosts: null, why: `no server led within ${LEADER_WAIT_MS} ms` };
    }
    case "clients":
      return some(drawn(clients, 1, options.pick));
    case "servers":
      return some(servers.slice(options.nth % servers.length, (options.nth % servers.length) + 1));
    case "one":
      return some(drawn(servers, 1, options.pick));
    case "minority":
      return some(drawn(servers, Math.max(1, Math.ceil(servers.length / 2) - 1), options.pick));
    case "majority":
      return some(drawn(servers, Math.floor(servers.length / 2) + 1, options.pick));
    case "all":
      return some(servers);
    default: {
      const host = [...servers, ...clients].find(({ name }) => name === target);
      return host ? some([host]) : { hosts: null, why: `there is no node ${target}` };
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
