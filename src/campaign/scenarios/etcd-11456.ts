import { confirmed, figuresOf, overlaps, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

export const etcd11456: Scenario = {
  name: "etcd-11456",
  claim: "etcd's own lock call grants a lock to a waiter whose lease is over.",
  source: "etcd-io/etcd#11456 (2019)",
  runs: {
    waiters: {
      backend: "etcd@3.4",
      lock: "v3lock",
      nemesis: "pause",
      target: "clients",
      holdMs: { min: 500, max: 2_000 },
      durationMs: 45_000,
    },
  },
  decide(results) {
    const waiters = results("waiters");
    const late = (waiters.counts["late-grant"] ?? 0) + overlaps(waiters, "late-grant");
    return late > 0 ? confirmed(figuresOf(waiters)) : unknown(`not this time: ${figuresOf(waiters)}`);
  },
};
