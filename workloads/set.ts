import type { Workload } from "./types.js";

/** Jepsen's classic: the set that was read, with one more element, written back whole. A lost write is a lost element. */
export const set: Workload = {
  name: "set",
  description:
    "read a set, hold, write it back with one more unique element: a lost update is a missing element",
  initial: [],
  change: { kind: "append" },
  leastGrants: 20,
  async round(hold) {
    const before = await hold.read();
    await hold.work();
    const element = hold.unique();
    await hold.write([...(before.value as readonly string[]), element], element, before);
  },
};
