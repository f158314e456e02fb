import { confirmed, figuresOf, overlaps, unknown } from "./decide.js";
import { scheduled } from "./scheduled.js";
import type { Scenario } from "./types.js";

export const sentinelForgets: Scenario = {
  name: "sentinel-forgets",
  claim: "A Redis failover forgets a lock that was not replicated yet.",
  source: "Redis, Distributed Locks with Redis, Why failover-based implementations are not enough",
  runs: { failover: scheduled("sentinel-lost-lock") },
  decide(results) {
    const failover = results("failover");
    return overlaps(failover, "service") > 0
      ? confirmed(figuresOf(failover))
      : unknown(`not this time: ${figuresOf(failover)}`);
  },
};
