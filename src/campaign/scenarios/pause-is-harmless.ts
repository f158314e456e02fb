import { confirmed, figuresOf, harmed, refuted, weakness } from "./decide.js";
import type { Scenario } from "./types.js";

export const pauseIsHarmless: Scenario = {
  name: "pause-is-harmless",
  claim: "A paused holder's lease expires, so a pause is harmless.",
  source: "said of every lease; M. Kleppmann, How to do distributed locking (2016), shows why not",
  runs: { pause: { backend: "redis", nemesis: "pause", durationMs: 30_000 } },
  decide(results) {
    const paused = results("pause");
    if (harmed(paused)) return refuted(`its lease expired, and it went on: ${figuresOf(paused)}`);
    return weakness(paused) ?? confirmed(figuresOf(paused));
  },
};
