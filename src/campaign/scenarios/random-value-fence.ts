import { confirmed, losses, refuted, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

export const randomValueFence: Scenario = {
  name: "random-value-fence",
  claim: "Redlock's random value can serve as a fence, by compare-and-set.",
  source: "S. Sanfilippo, Is Redlock safe? (2016)",
  runs: {
    identity: { backend: "redlock", nemesis: "pause", fencing: "identity", durationMs: 20_000 },
    off: { backend: "redlock", nemesis: "pause", durationMs: 20_000 },
  },
  decide(results) {
    const [identity, off] = [results("identity"), results("off")];
    const figures = `compare-and-set on it ${losses(identity)}; without ${losses(off)}`;
    if (identity.verdict === "violated") return refuted(figures);
    return identity.verdict === "valid" && off.verdict === "violated" ? confirmed(figures) : unknown(figures);
  },
};
