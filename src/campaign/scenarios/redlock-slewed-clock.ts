import { confirmed, figuresOf, overlaps, refuted, unknown } from "./decide.js";
import { scheduled } from "./scheduled.js";
import type { Scenario } from "./types.js";

export const redlockSlewedClock: Scenario = {
  name: "redlock-slewed-clock",
  claim: "A clock that is slewed is safe for Redlock, one that is stepped is not.",
  source: "S. Sanfilippo, Is Redlock safe? (2016)",
  runs: {
    slewed: {
      backend: "redlock",
      nemesis: "clock:drift",
      target: "one",
      // Within the hundredth of a lease that the specification allows for.
      fault: { "clock.rate": "0.5%" },
      durationMs: 25_000,
    },
    stepped: scheduled("redlock-clock-jump"),
  },
  decide(results) {
    const [slewed, stepped] = [results("slewed"), results("stepped")];
    const figures = `slewed: ${figuresOf(slewed)}; stepped: ${figuresOf(stepped)}`;
    if (overlaps(slewed, "service") > 0) return refuted(figures);
    return overlaps(stepped, "service") > 0 && slewed.verdict === "valid"
      ? confirmed(figures)
      : unknown(figures);
  },
};
