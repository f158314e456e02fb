import { figuresOf, harmed, refuted, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

export const etcdCorrect: Scenario = {
  name: "etcd-correct",
  claim: "etcd's lock is correct under all failure modes.",
  source:
    "said in many comparisons; etcd's own documentation denies it (Notes on the usage of lock and lease)",
  runs: { pause: { backend: "etcd", nemesis: "pause", durationMs: 30_000 } },
  decide(results) {
    const paused = results("pause");
    return harmed(paused)
      ? refuted(`its holder paused: ${figuresOf(paused)}`)
      : unknown(`its holder paused, and no harm came of it this time: ${figuresOf(paused)}`);
  },
};
