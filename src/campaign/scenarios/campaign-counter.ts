import { holdsWhile } from "./decide.js";
import type { Scenario } from "./types.js";

export const campaignCounter: Scenario = {
  name: "campaign-counter",
  claim: "Behind a lock a campaign's counter stops at exactly 10,000.",
  source: "an interview question, and every flash sale",
  runs: { sale: { backend: "redis", workload: "campaign", nemesis: "none", durationMs: 30_000 } },
  decide: (results) => holdsWhile(results("sale"), "the last hundred"),
};
