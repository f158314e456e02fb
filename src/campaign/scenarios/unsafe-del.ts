import { confirmed, figuresOf, overlaps, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

export const unsafeDel: Scenario = {
  name: "unsafe-del",
  claim: "DEL without a look at the value frees another's lock.",
  source: "Redis, Distributed Locks with Redis, Correct implementation with a single instance",
  runs: { pause: { backend: "redis", lock: "unsafe-del", nemesis: "pause", durationMs: 30_000 } },
  decide(results) {
    const paused = results("pause");
    const foreign = (paused.counts["foreign-release"] ?? 0) + overlaps(paused, "foreign-release");
    return foreign > 0 ? confirmed(figuresOf(paused)) : unknown(`not this time: ${figuresOf(paused)}`);
  },
};
