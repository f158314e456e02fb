import { confirmed, figuresOf, overlaps, refuted, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

const CUT = {
  backend: "zookeeper",
  nemesis: "partition:isolate",
  target: "servers",
  workload: "leader",
  ttlMs: 4_000,
  // For longer than a session, and not yet so long that the server itself gives up.
  faultMs: { min: 8_000, max: 9_000 },
  intervalMs: 11_000,
  // Three who hold at a time: one of them is likely to be served by whom the fault hits.
  locks: 3,
  concurrency: 9,
  durationMs: 50_000,
} as const;

export const zookeeperSyncLimit: Scenario = {
  name: "zookeeper-sync-limit",
  claim:
    "ZooKeeper with a session shorter than syncLimit lets two hold at once; with a longer one it does not.",
  source: "ZooKeeper, Administrator's Guide, syncLimit; measured by us",
  slow: "two runs, each of several faults that outlast a session",
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
