import { confirmed, refuted } from "./decide.js";
import type { Scenario } from "./types.js";

export const insertOrphans: Scenario = {
  name: "insert-orphans",
  claim: "A row that is inserted ON CONFLICT DO NOTHING, without expiry, outlives its holder for ever.",
  source: "the commonest lock table; PostgreSQL, INSERT, ON CONFLICT",
  runs: {
    kill: { backend: "postgres", lock: "insert", nemesis: "kill", target: "holder", durationMs: 15_000 },
  },
  decide(results) {
    const { counts, grants } = results("kill");
    return (counts.orphan ?? 0) > 0
      ? confirmed(`${grants} grants until its holder was killed, and then none`)
      : refuted(`free again after its holder's death: ${grants} grants`);
  },
};
