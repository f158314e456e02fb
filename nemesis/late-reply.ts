import { setTimeout as sleep } from "node:timers/promises";
import { LockjepsenError } from "../src/error.js";
import { formatTime } from "../src/units.js";
import { hostsNamed } from "./hosts.js";
import { answers, arrows, type Edge } from "./net/edges.js";
import { knock } from "./net/knock.js";
import { numberOf, timeOrLease } from "./net/parameters.js";
import { verifyFast } from "./net/round-trip.js";
import { countOn, removeShaping, shape, shaperAvailable, shaperName, unshape } from "./net/shaper.js";
import { UNSHAPED } from "./net/shaping.js";
import type { Nemesis } from "./types.js";

/** Until a knock was answered and its answer is held: a program has to start for it. */
const HELD_WITHIN_MS = 5_000;
/** A busy machine is late by itself. */
const PATIENCE_MS = 30_000;

/**
 * Requests get through at once, and all that servers answer is held: a lock is granted, and who asked hears of it when
 * the lease is over. It breaks whoever takes the answer's arrival for the beginning of the lease, or never looks.
 */
export const lateReply: Nemesis = {
  name: "late-reply",
  description: "requests pass, and what servers answer is held for longer than a lease",
  colour: "#3d8f8f",
  shapes: {
    server: {
      description: "of what servers answer, to every client",
      targets: ["all", "one", "leader", "servers", "minority", "majority"],
      leastServers: 1,
    },
    client: {
      description: "of what a client is answered, by every server",
      targets: ["clients", "holder"],
      leastServers: 1,
    },
  },
  // The other hits one client, who may hold by then, and asks for nothing that could be late.
  bare: "first",
  parameters: {
    hold: {
      description: "for how long: a time, a range to draw from, or lease: 1.1 to 1.5 leases",
      default: "lease",
      // Past the end of any lease that begins when a request is sent.
      draw: timeOrLease("late-reply.hold", { min: 1.1, max: 1.5 }),
    },
  },
  // What is held when it heals comes at once: so it goes on for longer than anything is held.
  lasts: (ttlMs) => ({ min: 3 * ttlMs, max: 4 * ttlMs }),
  workload: "leader",
  available: shaperAvailable,
  async inject({ fault, hosts, field, holder, note }) {
    const edges = answers({ ...field, hosts, pick: fault.pick });
    const [first] = edges;
    if (!first) throw new LockjepsenError("usage", "late-reply: nobody is answered", "take another target");
    const holdMs = numberOf(fault, "hold");
    note([...new Set(edges.map(({ from }) => from.name))]);
    const from = await shape(fault.id, edges, { ...UNSHAPED, delayMs: holdMs });
    holder?.go();
    const asked = knock(first.to, [first.from], holdMs + PATIENCE_MS).then(
      (times) => times?.[0] ?? null,
      () => null,
    );
    try {
      const held = await verifyHeld(first, asked);
      return {
        from,
        evidence: `${arrows(edges)}: answers held for ${formatTime(holdMs)}, by ${await shaperName()}: ${held}`,
        async heal() {
          await unshape(fault.id, edges);
          const took = await asked;
          const measured = took === null ? "" : `an answer took ${formatTime(took)}; `;
          return `${measured}now ${await verifyFast([first])}`;
        },
      };
    } catch (error) {
      await unshape(fault.id, edges);
      throw error;
    }
  },
  undo: (note, find) => removeShaping(hostsNamed(note, find)),
};

/** That a knock got through (for it was answered), and that its answer did not. */
async function verifyHeld(edge: Edge, asked: Promise<number | null>): Promise<string> {
  let answered = false;
  void asked.then(() => (answered = true));
  const deadline = performance.now() + HELD_WITHIN_MS;
  for (;;) {
    const { held } = await countOn(edge);
    if (held > 0 && !answered)
      return `${edge.from.name} was reached and answered, and ${held} of its packets wait`;
    if (answered || performance.now() > deadline)
      throw new LockjepsenError("environment", `${arrows([edge])} is not held`, "run `lockjepsen doctor`");
    await sleep(20);
  }
}
