import { confirmed, losses, unknown, refuted } from "./decide.js";
import type { Scenario } from "./types.js";

const PAUSED = {
  backend: "etcd",
  nemesis: "pause",
  target: "servers",
  holdMs: { min: 0, max: 2_000 },
  durationMs: 60_000,
} as const;

export const etcdServerPauses: Scenario = {
  name: "etcd-server-pauses",
  claim:
    "With servers paused every 5 s etcd's lock loses about a fifth of acknowledged updates, unless it looks at its own key before it returns.",
  source: "Jepsen: etcd 3.4.3 (2020), Locks; etcd-io/etcd#11456",
  slow: "the lost share of a minute is what is claimed, of two recipes",
  runs: { unchecked: { ...PAUSED, lock: "mutex-unchecked" }, checked: { ...PAUSED, lock: "mutex" } },
  decide(results) {
    const [unchecked, checked] = [results("unchecked"), results("checked")];
    const figures = `without the look ${losses(unchecked)}, with it ${losses(checked)}`;
    const [without, with_] = [unchecked.updates.lostShare, checked.updates.lostShare];
    if (without >= 0.1 && with_ < without / 4) return confirmed(figures);
    return without < 0.02 && unchecked.faults.length >= 8 ? refuted(figures) : unknown(figures);
  },
};
