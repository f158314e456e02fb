/** What faults may use of a stage to land. */
import type { Means } from "../../nemesis/schedule.js";
import { NoEffect } from "../../nemesis/types.js";
import { DefiniteError } from "../clients/contract.js";
import type { Host } from "../cluster/types.js";
import type { Stage } from "./stage.js";

/** A client whose event loop runs answers by then, on a busy machine too. */
const ANSWER_MS = 5_000;
/** A block ends by itself; this is only not to wait for ever. */
const LONGEST_BLOCK_MS = 3_600_000;

export function meansOf(stage: Stage): Means {
  const { cluster, control, crew, register } = stage;
  const endpoints = Object.values(stage.endpoints);
  return {
    field: {
      servers: cluster.servers,
      clients: cluster.clients,
      register: cluster.register,
      leader: () => leaderOf(stage),
      holder: (phase, aim) => crew.aim(phase, aim),
    },
    service: {
      async endSession(session) {
        try {
          return await control.endSession(endpoints, session);
        } catch (error) {
          throw error instanceof DefiniteError ? new NoEffect(error.message, { cause: error }) : error;
        }
      },
      failover: () => control.failover(endpoints),
      clock: (server) => control.clock(stage.endpoints[server] ?? ""),
    },
    clients: {
      block: async (client, how, ms) => BigInt(await crew.ask(client, { what: "block", how, ms }, ANSWER_MS)),
      blocked: (client) => crew.ask(client, { what: "blocked" }, LONGEST_BLOCK_MS).then(Number, () => null),
      answers: (client, withinMs) =>
        crew.ask(client, { what: "beat" }, withinMs).then(
          () => true,
          () => false,
        ),
      clock: async (client) => Number(await crew.ask(client, { what: "clock" }, ANSWER_MS)),
      holdBack: (client) => crew.holdBack(client),
    },
    register: { nextRead: (lock, but) => register.nextRead(lock, but) },
  };
}

async function leaderOf({ control, endpoints, cluster }: Stage): Promise<Host | null> {
  const leader = await control.leader(Object.values(endpoints)).catch(() => null);
  return cluster.servers.find((server) => endpoints[server.name] === leader) ?? null;
}
