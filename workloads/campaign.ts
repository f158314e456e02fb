import type { Workload } from "./types.js";

const GOAL = 10_000;
const START = GOAL - 100;

/** A campaign that ends with its 10,000th order, for which each order is counted: one that is not lets one too many in. */
export const campaign: Workload = {
  name: "campaign",
  description: "count orders from 9,900 up, and stop at exactly 10,000: a lost update is an order too many",
  initial: START,
  change: { kind: "add", by: 1, max: GOAL },
  sum: { initial: START, by: 1, goal: GOAL },
  leastGrants: 20,
  async round(hold) {
    const before = await hold.read();
    await hold.work();
    const next = (before.value as number) + 1;
    if (next <= GOAL) await hold.write(next, next, before);
  },
};
