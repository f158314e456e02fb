import { confirmed, figuresOf, overlaps, refuted, unknown } from "./decide.js";
import { scheduled } from "./scheduled.js";
import type { Scenario } from "./types.js";

export const waitClosesTheHole: Scenario = {
  name: "wait-closes-the-hole",
  claim: "WAIT closes the hole that a Redis failover tears into a lock.",
  source: "said in discussions of Redis locks; Redis, WAIT, Consistency and WAIT, denies it",
  slow: "a promotion takes seconds, and a lock that WAIT refuses is asked for again",
  runs: { wait: scheduled("sentinel-lost-lock", { lock: "wait" }), plain: scheduled("sentinel-lost-lock") },
  decide(results) {
    const [wait, plain] = [results("wait"), results("plain")];
    const figures = `with WAIT 1: ${figuresOf(wait)}, ${wait.grants} grants; without: ${figuresOf(plain)}`;
    if (overlaps(wait, "service") > 0) return refuted(figures);
    return overlaps(plain, "service") > 0 ? confirmed(`in this very schedule: ${figures}`) : unknown(figures);
  },
};
