import { confirmed, losses, refuted, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

const CUT_OFF = {
  backend: "consul",
  nemesis: "partition:holder-server",
  workload: "set",
  durationMs: 150_000,
} as const;

export const consulLockDelay: Scenario = {
  name: "consul-lock-delay",
  claim:
    "Consul's LockDelay of 15 s keeps a holder that was cut off from doing harm; without it there is harm.",
  source: "Consul, Sessions, Lock delay",
  slow: "a lease of 10 s may take 20 s to expire, and the delay is 15 s",
  runs: { delay: { ...CUT_OFF, lock: "session" }, none: { ...CUT_OFF, lock: "no-delay" } },
  decide(results) {
    const [delay, none] = [results("delay"), results("none")];
    const stale = (one: typeof delay): number => one.counts["stale-write"] ?? 0;
    const figures = `with the delay ${stale(delay)} stale writes, ${losses(delay)}; without ${stale(none)}, ${losses(none)}`;
    if (stale(delay) > 0) return refuted(figures);
    return stale(none) > 0 && delay.challenged > 0 ? confirmed(figures) : unknown(figures);
  },
};
