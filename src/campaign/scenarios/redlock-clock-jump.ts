import { confirmed, figuresOf, overlaps, unknown } from "./decide.js";
import { scheduled } from "./scheduled.js";
import type { Scenario } from "./types.js";

export const redlockClockJump: Scenario = {
  name: "redlock-clock-jump",
  claim: "One clock that jumps gives a Redlock two holders.",
  source: "M. Kleppmann, How to do distributed locking (2016), Breaking Redlock with bad timings",
  runs: { jump: scheduled("redlock-clock-jump") },
  decide(results) {
    const jump = results("jump");
    return overlaps(jump, "service") > 0
      ? confirmed(figuresOf(jump))
      : unknown(`not this time: ${figuresOf(jump)}`);
  },
};
