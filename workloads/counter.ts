import type { Workload } from "./types.js";

/** The smallest read-modify-write there is: what a plain variable under a lock would be. */
export const counter: Workload = {
  name: "counter",
  description: "read n, hold, write n + 1: a lost update is a number counted twice",
  initial: 0,
  change: { kind: "add", by: 1 },
  leastGrants: 20,
  async round(hold) {
    const before = await hold.read();
    await hold.work();
    const next = (before.value as number) + 1;
    await hold.write(next, next, before);
  },
};
