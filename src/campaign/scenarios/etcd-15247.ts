import { confirmed, figuresOf, overlaps, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

export const etcd15247: Scenario = {
  name: "etcd-15247",
  claim: "An etcd leader that was stopped and goes on revokes leases that were kept alive meanwhile.",
  source: "etcd-io/etcd#15247 (2023)",
  runs: {
    leader: { backend: "etcd", nemesis: "pause", target: "leader", workload: "leader", durationMs: 55_000 },
  },
  decide(results) {
    const leader = results("leader");
    return overlaps(leader, "service") > 0
      ? confirmed(figuresOf(leader))
      : unknown(`not this time: ${leader.faults.length} pauses of leaders, ${figuresOf(leader)}`);
  },
};
