import { LockjepsenError } from "../src/error.js";
import { hostsNamed } from "./hosts.js";
import { outlasting } from "./lasts.js";
import {
  acrossRoles,
  bridge,
  edgesOf,
  halves,
  ring,
  WAYS,
  withNamed,
  withPeers,
  withRest,
  type Edge,
  type Scene,
  type Way,
} from "./net/edges.js";
import { iptablesAvailable } from "./net/iptables.js";
import { hostsOf, textOf } from "./net/parameters.js";
import { applyRules, rulesGone, type HostRules } from "./net/rules.js";
import { verifyCut, verifyHealed } from "./net/verify-cut.js";
import { wordOf } from "./parameters.js";
import type { Nemesis, Order } from "./types.js";

/** Refuse instead of swallow: what a firewall does that answers, or a router without a route. */
const REJECT = "reject";

/**
 * Cuts hosts from each other: packets vanish on arrival, without a word to their sender, as behind a pulled cable. Both
 * ends believe their connections open until they give up waiting.
 */
export const partition: Nemesis = {
  name: "partition",
  description: "cuts hosts from each other by iptables: black holes, seen by its counters and by knocking",
  colour: "#c9485b",
  shapes: {
    isolate: {
      description: "one server from all other servers; a client from all servers",
      targets: ["leader", "one", "servers", "holder", "clients"],
      leastServers: 2,
    },
    halves: { description: "the servers into two halves", targets: ["all"], leastServers: 2 },
    "majority-minority": {
      description: "less than half of the servers from the rest",
      targets: ["minority", "majority"],
      leastServers: 3,
    },
    ring: {
      description: "every server sees a majority, and no two the same",
      targets: ["all"],
      leastServers: 4,
    },
    bridge: {
      description: "the servers into two halves, but for one that sees both",
      targets: ["one", "leader", "servers"],
      leastServers: 3,
    },
    deaf: {
      description: "it speaks to the other servers, and hears none of them",
      targets: ["one", "leader", "servers", "holder", "clients"],
      leastServers: 2,
    },
    mute: {
      description: "it hears the other servers, and is heard by none of them",
      targets: ["leader", "one", "servers", "holder", "clients"],
      leastServers: 2,
    },
    "client-server": {
      description: "a server from all clients, or a client from all servers",
      targets: ["one", "leader", "servers", "clients", "minority", "majority", "all"],
      leastServers: 1,
    },
    "holder-server": {
      description: "who holds the lock from all servers",
      targets: ["holder"],
      leastServers: 1,
    },
    cut: {
      description: "the target from those that --fault partition.from names",
      targets: ["one", "leader", "servers", "holder", "clients", "minority", "majority", "all"],
      asked: true,
    },
  },
  bare: "drawn",
  parameters: {
    how: {
      description: "drop: a black hole; reject: answered by RST or ICMP at once",
      default: "drop",
      draw: wordOf("partition.how", ["drop", REJECT]),
    },
    way: {
      description: "what is lost: both ways, only what is sent to those that are hit, only what they send",
      default: "both",
      draw: wordOf("partition.way", WAYS),
    },
    from: {
      description: "whom `cut` parts the target from",
      default: "servers",
      draw: hostsOf("partition.from"),
    },
  },
  lasts: outlasting,
  workload: "leader",
  available: iptablesAvailable,
  async inject(order) {
    const { fault, holder, note } = order;
    const edges = edgesOfFault(order);
    const refuses = textOf(fault, "how") === REJECT;
    const rules = rulesOf(edges, refuses);
    note({ fault: fault.id, hosts: rules.map(({ host }) => host.name) });
    const from = process.hrtime.bigint();
    await applyRules(fault.id, rules);
    holder?.go(); // it is cut off: that this is seen to be so takes longer
    try {
      const evidence = await verifyCut(fault.id, edges, refuses);
      return { from, evidence, heal: () => heal(fault.id, rules, edges) };
    } catch (error) {
      await rulesGone(
        fault.id,
        rules.map(({ host }) => host),
      );
      throw error;
    }
  },
  async undo(note, find) {
    const { fault, hosts } = note as { readonly fault: string; readonly hosts: unknown };
    return await rulesGone(fault, hostsNamed(hosts, find));
  },
};

async function heal(fault: string, rules: readonly HostRules[], edges: readonly Edge[]): Promise<string> {
  const gone = await rulesGone(
    fault,
    rules.map(({ host }) => host),
  );
  return `${gone}; ${await verifyHealed(edges)}`;
}

/** Throws where nothing would be cut. */
function edgesOfFault({ fault, hosts, field }: Order): readonly Edge[] {
  const scene: Scene = { hosts, pick: fault.pick, ...field };
  const edges = edgesIn(scene, fault.shape, textOf(fault, "way") as Way, textOf(fault, "from"));
  if (edges.length > 0) return edges;
  const names = hosts.map(({ name }) => name).join(", ");
  throw new LockjepsenError(
    "usage",
    `partition:${fault.shape} leaves ${names} with nobody to be cut from`,
    "take another shape or target",
  );
}

function edgesIn(scene: Scene, shape: string, way: Way, others: string): readonly Edge[] {
  switch (shape) {
    case "halves":
      return edgesOf(halves(scene), way);
    case "majority-minority":
      return edgesOf(withRest(scene), way);
    case "ring":
      return edgesOf(ring(scene), way);
    case "bridge":
      return edgesOf(bridge(scene), way);
    case "deaf":
      return edgesOf(withPeers(scene), "to");
    case "mute":
      return edgesOf(withPeers(scene), "from");
    case "client-server":
      return edgesOf(acrossRoles(scene), way);
    case "cut":
      return edgesOf(withNamed(scene, others), way);
    default:
      return edgesOf(withPeers(scene), way);
  }
}

/** At the receiver: the sender notices nothing, and what comes in is counted. */
function rulesOf(edges: readonly Edge[], refuses: boolean): readonly HostRules[] {
  const receivers = [...new Set(edges.map(({ to }) => to))];
  return receivers.map((host) => ({
    host,
    rules: edges
      .filter(({ to }) => to === host)
      .flatMap(({ from }) => {
        const match = `-s ${from.address}/32`;
        if (!refuses) return [`${match} -j DROP`];
        return [
          // A refusal on its way back is not refused itself: it would never arrive.
          `${match} -p tcp -m tcp ! --tcp-flags RST RST -j REJECT --reject-with tcp-reset`,
          `${match} ! -p tcp -j REJECT --reject-with icmp-port-unreachable`,
        ];
      }),
  }));
}
