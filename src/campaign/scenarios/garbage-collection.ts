import { confirmed, figuresOf, harmed, overlaps, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

export const garbageCollection: Scenario = {
  name: "garbage-collection",
  claim: "A garbage collection that stops the program is enough for two holders.",
  source: "M. Kleppmann, How to do distributed locking (2016), Protecting a resource with a lock",
  runs: { block: { backend: "redis", lock: "renewing", nemesis: "block", durationMs: 30_000 } },
  decide(results) {
    const blocked = results("block");
    const two = overlaps(blocked, "outlived-lease", "late-grant", "service");
    return two > 0 && harmed(blocked)
      ? confirmed(`the holder's event loop blocked, no signal sent: ${figuresOf(blocked)}`)
      : unknown(`no two holders this time: ${figuresOf(blocked)}`);
  },
};
