import { confirmed, losses, refuted, unknown } from "./decide.js";
import { count } from "../../report/text.js";
import type { VerdictDocument } from "../../report/types.js";
import type { Scenario } from "./types.js";

const PAUSED = { backend: "etcd", nemesis: "pause", target: "holder", durationMs: 16_000 } as const;
/** A pause before the look, which finds the lease over; and one between the look and the write. */
const [BEFORE, AFTER] = [
  { ...PAUSED, phase: "granted" },
  { ...PAUSED, phase: "before-write" },
] as const;

export const lookingFirst: Scenario = {
  name: "looking-first",
  claim: "Looking at the lease before each write helps, and does not cure.",
  source: "M. Kleppmann, How to do distributed locking (2016): the pause may come just after the look",
  slow: "four runs side by side",
  runs: {
    trusting: { ...BEFORE, discipline: "trusting" },
    checking: { ...BEFORE, discipline: "checking" },
    after: { ...AFTER, discipline: "checking" },
    fenced: { ...AFTER, discipline: "checking", fencing: "on" },
  },
  decide(results) {
    const [trusting, checking] = [results("trusting"), results("checking")];
    const [after, fenced] = [results("after"), results("fenced")];
    const told = (one: typeof after): string => `${count(stale(one), "stale write")}, ${losses(one)}`;
    const figures = `paused before the look: trusting ${told(trusting)}, checking ${told(checking)}; after it: checking ${told(after)}, fenced ${losses(fenced)}`;
    if (fenced.verdict === "violated") return refuted(figures);
    if (stale(trusting) > 0 && stale(checking) >= stale(trusting)) return refuted(figures);
    return stale(trusting) > 0 && stale(after) > 0 ? confirmed(figures) : unknown(figures);
  },
};

const stale = ({ counts }: VerdictDocument): number => counts["stale-write"] ?? 0;
