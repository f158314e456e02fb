import type { Nemesis } from "./types.js";

/** The next one comes no sooner: the servers have to find each other again. */
const LASTS_MS = 1_000;

/**
 * Has the service promote another server, by its own command: what an operator does for an upgrade. Just after a grant,
 * which the new one may not have heard of.
 */
export const failover: Nemesis = {
  name: "failover",
  description: "the service promotes another server, just after a grant",
  colour: "#8a6d3b",
  shapes: {
    promote: {
      description: "by its own command; the old one gives way",
      targets: ["leader", "all"],
      phase: "granted",
      needs: "failover",
      leastServers: 2,
    },
  },
  bare: "first",
  parameters: {},
  lasts: () => ({ min: LASTS_MS, max: LASTS_MS }),
  workload: "leader",
  available: () => Promise.resolve(true),
  async inject({ service, note }) {
    note(null);
    const from = process.hrtime.bigint();
    const evidence = await service.failover();
    return { from, evidence, heal: () => Promise.resolve(STAYS) };
  },
  undo: () => Promise.resolve(STAYS),
};

const STAYS = "whoever was promoted stays so";
