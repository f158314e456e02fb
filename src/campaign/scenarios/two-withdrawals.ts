import { confirmed, figuresOf, refuted, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

const BANK = { workload: "bank", nemesis: "none", durationMs: 8_000 } as const;
const LOCKS = ["etcd", "redis", "postgres", "zookeeper"] as const;

export const twoWithdrawals: Scenario = {
  name: "two-withdrawals",
  claim: "Of two withdrawals at once one is lost without a lock, and none with one.",
  source: "the textbook's lost update",
  slow: "five services, one after the other",
  runs: {
    none: { ...BANK, backend: "etcd", lock: "naive-put" },
    ...Object.fromEntries(LOCKS.map((backend) => [backend, { ...BANK, backend }])),
  },
  decide(results) {
    const none = results("none");
    const failing = LOCKS.filter((backend) => results(backend).verdict === "violated");
    if (failing.length > 0)
      return refuted(`${failing.join(", ")} lost money: ${figuresOf(results(failing[0] ?? ""))}`);
    const weak = LOCKS.filter((backend) => results(backend).verdict === "unknown");
    const figures = `without a lock ${figuresOf(none)}; with ${LOCKS.join(", ")} nothing`;
    return none.updates.lost > 0 && weak.length === 0 ? confirmed(figures) : unknown(figures);
  },
};
