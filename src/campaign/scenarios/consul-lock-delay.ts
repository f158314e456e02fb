import { confirmed, losses, refuted, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

/**
 * A session of 10 s ends 20 s after its last renewal. Without the delay the next one holds then, with it 15 s later; in
 * between the holder is let go on.
 */
const STOPPED = {
  backend: "consul",
  nemesis: "pause",
  target: "holder",
  intervalMs: 35_000,
  faultMs: { min: 25_000, max: 28_000 },
  durationMs: 75_000,
} as const;

export const consulLockDelay: Scenario = {
  name: "consul-lock-delay",
  claim:
    "Consul's LockDelay of 15 s keeps a holder whose session is over from doing harm; without it there is harm.",
  source: "Consul, Sessions, Lock delay",
  slow: "a lease of 10 s may take 20 s to expire, and the delay is 15 s",
  runs: { delay: { ...STOPPED, lock: "session" }, none: { ...STOPPED, lock: "no-delay" } },
  decide(results) {
    const [delay, none] = [results("delay"), results("none")];
    const stale = (one: typeof delay): number => one.counts["stale-write"] ?? 0;
    const figures = `stopped for 25 to 28 s: with the delay ${stale(delay)} stale writes, ${losses(delay)}; without ${stale(none)}, ${losses(none)}`;
    if (stale(delay) > 0) return refuted(figures);
    return stale(none) > 0 && delay.challenged > 0 ? confirmed(figures) : unknown(figures);
  },
};
