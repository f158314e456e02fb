import { confirmed, losses, refuted, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

const PAUSED = { backend: "etcd", nemesis: "pause", durationMs: 20_000 } as const;

export const lookingFirst: Scenario = {
  name: "looking-first",
  claim: "Looking at the lease before each write helps, and does not cure.",
  source: "M. Kleppmann, How to do distributed locking (2016): the pause may come just after the look",
  slow: "three runs side by side",
  runs: {
    trusting: { ...PAUSED, discipline: "trusting" },
    checking: { ...PAUSED, discipline: "checking" },
    fenced: { ...PAUSED, discipline: "checking", fencing: "on" },
  },
  decide(results) {
    const [trusting, checking, fenced] = [results("trusting"), results("checking"), results("fenced")];
    const stale = checking.counts["stale-write"] ?? 0;
    const figures = `trusting ${losses(trusting)}; checking ${losses(checking)}, ${stale} stale writes; fenced ${losses(fenced)}`;
    if (fenced.verdict === "violated") return refuted(figures);
    return stale > 0 ? confirmed(figures) : unknown(figures);
  },
};
