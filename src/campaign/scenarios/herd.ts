import { confirmed, refuted } from "./decide.js";
import type { Scenario } from "./types.js";

const WAITING = {
  backend: "zookeeper",
  workload: "counter",
  holdMs: { min: 0, max: 0 },
  concurrency: 30,
  durationMs: 15_000,
} as const;

export const herd: Scenario = {
  name: "herd",
  claim:
    "Watching the predecessor costs a constant number of requests a release; watching the parent wakes the whole herd.",
  source: "ZooKeeper, Recipes and Solutions, Locks",
  runs: { predecessor: { ...WAITING, lock: "recipe" }, parent: { ...WAITING, lock: "herd" } },
  decide(results) {
    const [predecessor, parent] = ["predecessor", "parent"].map(
      (name) => results(name).requestsPerGrant ?? 0,
    );
    const figures = `${predecessor} requests a grant against ${parent}, with 30 clients`;
    return (parent ?? 0) > 2 * (predecessor ?? 0) ? confirmed(figures) : refuted(figures);
  },
};
