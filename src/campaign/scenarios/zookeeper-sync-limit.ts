import { confirmed, figuresOf, overlaps, refuted, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

const CUT = {
  backend: "zookeeper",
  nemesis: "partition:isolate",
  target: "servers",
  workload: "leader",
} as const;

export const zookeeperSyncLimit: Scenario = {
  name: "zookeeper-sync-limit",
  claim:
    "ZooKeeper with a session shorter than syncLimit lets two hold at once; with a longer one it does not.",
  source: "ZooKeeper, Administrator's Guide, syncLimit; measured by us",
  slow: "two runs of 45 s",
  runs: {
    shorter: { ...CUT, ttlMs: 4_000, durationMs: 45_000 },
    longer: { ...CUT, ttlMs: 20_000, durationMs: 45_000 },
  },
  decide(results) {
    const [shorter, longer] = [results("shorter"), results("longer")];
    const figures = `4 s: ${figuresOf(shorter)}; 20 s: ${figuresOf(longer)}`;
    if (overlaps(longer, "service") > 0) return refuted(figures);
    return overlaps(shorter, "service") > 0 ? confirmed(figures) : unknown(figures);
  },
};
