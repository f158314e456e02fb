import { confirmed, figuresOf, overlaps, refuted, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

const CUT = {
  backend: "zookeeper",
  nemesis: "partition:isolate",
  target: "servers",
  workload: "leader",
  ttlMs: 4_000,
  durationMs: 60_000,
} as const;

export const zookeeperSyncLimit: Scenario = {
  name: "zookeeper-sync-limit",
  claim:
    "ZooKeeper with a session shorter than syncLimit lets two hold at once; with a longer one it does not.",
  source: "ZooKeeper, Administrator's Guide, syncLimit; measured by us",
  slow: "two runs of a minute",
  runs: {
    // As in its sample configuration: syncLimit is five ticks of two seconds. Ours are a quarter as long.
    shorter: { ...CUT, set: { "zookeeper.tickTime": "2000" } },
    longer: CUT,
  },
  decide(results) {
    const [shorter, longer] = [results("shorter"), results("longer")];
    const figures = `syncLimit of 10 s: ${figuresOf(shorter)}; of 2.5 s: ${figuresOf(longer)}`;
    if (overlaps(longer, "service") > 0) return refuted(figures);
    return overlaps(shorter, "service") > 0 ? confirmed(figures) : unknown(figures);
  },
};
