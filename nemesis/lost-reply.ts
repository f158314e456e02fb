import { LockjepsenError } from "../src/error.js";
import { hostsNamed } from "./hosts.js";
import { outlasting } from "./lasts.js";
import { answers, arrows, type Edge } from "./net/edges.js";
import { iptablesAvailable } from "./net/iptables.js";
import { applyRules, rulesGone, type HostRules } from "./net/rules.js";
import { ask } from "./net/ask.js";
import type { Nemesis } from "./types.js";

/** Skips the headers of IP and TCP by their lengths, and matches where anything comes after them. */
const PAYLOAD = `-m u32 --u32 "0>>22&0x3C@12>>26&0x3C@0=0:0xFFFFFFFF"`;

/**
 * The request is served, its answer never arrives, and the connection dies: whoever asked cannot know whether it was
 * done. On arrival an answer is turned into a reset of the server's end. Its acknowledgements are swallowed, so the
 * client sends its request once more, into a connection that is no more, and is reset too.
 */
export const lostReply: Nemesis = {
  name: "lost-reply",
  description: "requests are served, their answers never arrive, and the connection dies",
  colour: "#8f3d6b",
  shapes: {
    server: {
      description: "of what servers answer, to every client",
      targets: ["all", "one", "leader", "servers", "minority", "majority"],
      leastServers: 1,
    },
    client: {
      description: "of what a client is answered, by every server",
      targets: ["holder", "clients"],
      leastServers: 1,
    },
  },
  bare: "drawn",
  parameters: {},
  lasts: outlasting,
  workload: "leader",
  available: iptablesAvailable,
  async inject({ fault, hosts, field, holder, note }) {
    const edges = answers({ ...field, hosts, pick: fault.pick });
    const [first] = edges;
    if (!first) throw new LockjepsenError("usage", "lost-reply: nobody is answered", "take another target");
    const rules = rulesOf(edges);
    const hit = rules.map(({ host }) => host);
    note({ fault: fault.id, hosts: hit.map(({ name }) => name) });
    const from = process.hrtime.bigint();
    await applyRules(fault.id, rules);
    holder?.go();
    try {
      return {
        from,
        evidence: `${arrows(edges)}: answers lost; ${await verifyLost(first)}`,
        async heal() {
          const gone = await rulesGone(fault.id, hit);
          const { answer, ms } = await ask(first.to, first.from);
          return `${gone}; a request of ${first.to.name} to ${first.from.name}: ${answer} after ${ms} ms`;
        },
      };
    } catch (error) {
      await rulesGone(fault.id, hit);
      throw error;
    }
  },
  async undo(note, find) {
    const { fault, hosts } = note as { readonly fault: string; readonly hosts: unknown };
    return await rulesGone(fault, hostsNamed(hosts, find));
  },
};

function rulesOf(edges: readonly Edge[]): readonly HostRules[] {
  const receivers = [...new Set(edges.map(({ to }) => to))];
  return receivers.map((host) => ({
    host,
    rules: edges
      .filter(({ to }) => to === host)
      .flatMap(({ from }) => [
        `-s ${from.address}/32 -p tcp ${PAYLOAD} -j REJECT --reject-with tcp-reset`,
        `-s ${from.address}/32 -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK ACK -j DROP`,
      ]),
  }));
}

const TRIES = 3;

async function verifyLost({ from: server, to: client }: Edge): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const { served, answer, ms } = await ask(client, server);
    const seen = `a request of ${client.name} was ${served ? "" : "not "}served by ${server.name}: ${answer} after ${ms} ms`;
    if (served && answer === "ECONNRESET") return seen;
    if (tries === TRIES) throw new LockjepsenError("environment", seen, "run `lockjepsen doctor`");
  }
}
