import { confirmed, figuresOf, overlaps, refuted, unknown } from "./decide.js";
import { scheduled } from "./scheduled.js";
import type { Scenario } from "./types.js";

export const waitClosesTheHole: Scenario = {
  name: "wait-closes-the-hole",
  claim: "WAIT closes the hole that a Redis failover tears into a lock.",
  source: "said in discussions of Redis locks; Redis, WAIT, Consistency and WAIT, denies it",
  slow: "three promotions, each of several seconds",
  runs: {
    plain: scheduled("sentinel-lost-lock"),
    wait: scheduled("sentinel-lost-lock", { lock: "wait" }),
    two: scheduled("sentinel-wait-one"),
  },
  decide(results) {
    const [plain, wait, two] = [results("plain"), results("wait"), results("two")];
    const figures = `its primary alone lost: plain ${figuresOf(plain)}, WAIT 1 ${figuresOf(wait)}; lost with the replica that had it: WAIT 1 ${figuresOf(two)}`;
    if (overlaps(wait, "service") + overlaps(two, "service") > 0) return refuted(figures);
    // A lock that was never granted was not lost either.
    const put = overlaps(plain, "service") > 0 && two.challenged > 0;
    return put ? confirmed(figures) : unknown(figures);
  },
};
