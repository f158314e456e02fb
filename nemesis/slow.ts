import { LockjepsenError } from "../src/error.js";
import { hostsNamed } from "./hosts.js";
import { outlasting } from "./lasts.js";
import { acrossRoles, edgesOf, WAYS, withNamed, withPeers, type Edge, type Way } from "./net/edges.js";
import { numberOf, rateOf, shareOf, textOf, timeOf, timeOrLease } from "./net/parameters.js";
import { measure, verifyFast, verifySlow } from "./net/round-trip.js";
import { removeShaping, shape, shaperAvailable, shaperName, unshape } from "./net/shaper.js";
import { describeShaping, type Shaping } from "./net/shaping.js";
import { wordOf } from "./parameters.js";
import type { Nemesis, Order, PlannedFault } from "./types.js";

/** A network that is bad, not gone: what a full link, a bad cable or a machine far away does to packets. */
export const slow: Nemesis = {
  name: "slow",
  description:
    "delays, loses, duplicates or reorders packets, or limits their rate; round trips are measured",
  colour: "#c98a2b",
  shapes: {
    "client-server": {
      description: "between a server and all clients, or a client and all servers",
      targets: ["one", "leader", "servers", "clients", "holder", "minority", "majority", "all"],
      leastServers: 1,
    },
    "server-server": {
      description: "between a server and the others",
      targets: ["leader", "one", "servers", "minority", "majority", "all"],
      leastServers: 2,
    },
    "client-register": {
      description: "between clients and the register that they protect",
      targets: ["clients", "holder"],
      asked: true,
    },
  },
  bare: "drawn",
  parameters: {
    delay: {
      description:
        "how much later each packet arrives: a time, a range to draw from, or lease: a part of one",
      default: "lease",
      draw: timeOrLease("slow.delay", { min: 0.05, max: 0.75 }),
    },
    jitter: {
      description: "by how much that differs from packet to packet, either way",
      default: "20ms",
      draw: timeOf("slow.jitter"),
    },
    loss: { description: "share of packets that are lost", default: "0%", draw: shareOf("slow.loss") },
    duplicate: {
      description: "share of packets that come twice",
      default: "0%",
      draw: shareOf("slow.duplicate"),
    },
    reorder: {
      description: "share of packets that overtake those that are delayed",
      default: "0%",
      draw: shareOf("slow.reorder"),
    },
    rate: { description: "bits that pass in a second; 0: no limit", default: "0", draw: rateOf("slow.rate") },
    way: {
      description: "which packets: both ways, only those sent to whom it hits, only those that they send",
      default: "both",
      draw: wordOf("slow.way", WAYS),
    },
  },
  lasts: outlasting,
  workload: "leader",
  available: shaperAvailable,
  async inject(order) {
    const { fault, holder, note } = order;
    const edges = edgesOfFault(order);
    const shaping = shapingIn(fault);
    const before = await measure(edges);
    note([...new Set(edges.map(({ from }) => from.name))]);
    const from = await shape(fault.id, edges, shaping);
    holder?.go(); // what is slow takes time to be seen
    try {
      const measured = await verifySlow(edges, before);
      return {
        from,
        evidence: `${describeShaping(shaping)}, by ${await shaperName()}: ${measured}`,
        async heal() {
          await unshape(fault.id, edges);
          return await verifyFast(edges);
        },
      };
    } catch (error) {
      await unshape(fault.id, edges);
      throw error;
    }
  },
  undo: (note, find) => removeShaping(hostsNamed(note, find)),
};

/** Throws where nothing would be slow. */
function edgesOfFault({ fault, hosts, field }: Order): readonly Edge[] {
  const scene = { hosts, pick: fault.pick, ...field };
  const way = textOf(fault, "way") as Way;
  const edges = edgesOf(pairsIn(fault.shape, scene), way);
  if (edges.length > 0) return edges;
  throw new LockjepsenError(
    "usage",
    `slow:${fault.shape}: ${hosts.map(({ name }) => name).join(", ")} has nobody on the other end`,
    "take another shape or target",
  );
}

function pairsIn(shape: string, scene: Parameters<typeof withPeers>[0]): ReturnType<typeof withPeers> {
  switch (shape) {
    case "server-server":
      return withPeers(scene);
    case "client-register":
      return withNamed(scene, "register");
    default:
      return acrossRoles(scene);
  }
}

/** Throws where it would change nothing. */
function shapingIn(fault: PlannedFault): Shaping {
  const delayMs = numberOf(fault, "delay");
  const rateKbit = numberOf(fault, "rate");
  const shaping: Shaping = {
    delayMs,
    jitterMs: Math.min(delayMs, numberOf(fault, "jitter")),
    loss: numberOf(fault, "loss"),
    duplicate: numberOf(fault, "duplicate"),
    reorder: numberOf(fault, "reorder"),
    rateKbit: rateKbit === 0 ? null : rateKbit,
  };
  const { loss, duplicate } = shaping;
  if (delayMs + loss + duplicate + rateKbit > 0) return shaping;
  throw new LockjepsenError(
    "usage",
    "slow: nothing would be changed",
    "set slow.delay, loss, duplicate or rate",
  );
}
