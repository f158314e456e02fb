import { confirmed, losses, refuted, unknown, weakness } from "./decide.js";
import type { Scenario } from "./types.js";

const PAUSED = { backend: "etcd", nemesis: "pause", durationMs: 20_000 } as const;

export const fencing: Scenario = {
  name: "fencing",
  claim: "Fencing saves every update; fencing only the writes does not.",
  source: "M. Kleppmann, How to do distributed locking (2016), Making the lock safe with fencing",
  slow: "three runs side by side",
  runs: {
    off: PAUSED,
    writes: { ...PAUSED, fencing: "writes", fault: { "pause.thaw": "next-read" } },
    on: { ...PAUSED, fencing: "on", fault: { "pause.thaw": "next-read" } },
  },
  decide(results) {
    const [off, writes, on] = [results("off"), results("writes"), results("on")];
    const figures = `unfenced ${losses(off)}; writes fenced ${losses(writes)}; reads too ${losses(on)}`;
    if (on.updates.lost > 0) return refuted(figures);
    const weak = weakness(on) ?? weakness(writes);
    if (weak) return weak;
    return off.updates.lost > 0 && writes.updates.lost > 0
      ? confirmed(figures)
      : unknown(`the hole did not open this time: ${figures}`);
  },
};
