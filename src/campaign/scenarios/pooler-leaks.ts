import { confirmed, figuresOf, refuted, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

const POOLED = { backend: "postgres", nemesis: "kill", target: "holder", durationMs: 12_000 } as const;

export const poolerLeaks: Scenario = {
  name: "pooler-leaks",
  claim: "Session advisory locks leak behind a pooler in transaction mode; transaction locks do not.",
  source: "PgBouncer, Features, SQL feature map for pooling modes",
  runs: {
    session: { ...POOLED, lock: "advisory-pgbouncer" },
    transaction: { ...POOLED, lock: "advisory-xact-pgbouncer" },
  },
  decide(results) {
    const [session, transaction] = [results("session"), results("transaction")];
    const leaks = ({ counts, causes }: typeof session): number =>
      (counts.orphan ?? 0) +
      (counts["foreign-release"] ?? 0) +
      (counts["nonlinearizable"] ?? 0) +
      (causes["foreign-release"] ?? 0);
    const figures = `session locks: ${figuresOf(session)}; transaction locks: ${figuresOf(transaction)}`;
    if (leaks(transaction) > 0) return refuted(figures);
    return leaks(session) > 0 ? confirmed(figures) : unknown(figures);
  },
};
