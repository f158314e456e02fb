import { confirmed, refuted } from "./decide.js";
import type { Scenario } from "./types.js";

export const crashWithoutTtl: Scenario = {
  name: "crash-without-ttl",
  claim: "Without a time to live, one crash locks for ever.",
  source: "Redis, SETNX, Design pattern: Locking with SETNX",
  runs: { kill: { backend: "redis", lock: "set-nx", nemesis: "kill", target: "holder", durationMs: 15_000 } },
  decide(results) {
    const { counts, grants } = results("kill");
    const orphans = counts.orphan ?? 0;
    const figures = `${grants} grants until its holder was killed, and then none`;
    return orphans > 0
      ? confirmed(figures)
      : refuted(`free again after its holder's death: ${grants} grants`);
  },
};
