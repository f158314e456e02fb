import { confirmed, figuresOf, overlaps, refuted, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

// A client that waits for no server for long hears of nothing that is late: the formula is for those that do wait.
const LATE = {
  backend: "redlock",
  nemesis: "late-reply:server",
  target: "all",
  workload: "set",
  durationMs: 18_000,
} as const;

export const redlockValidity: Scenario = {
  name: "redlock-validity",
  claim:
    "Redlock's validity formula refuses an acquire that comes back too late; without it the late one believes that it holds.",
  source: "Redis, Distributed Locks with Redis, The Redlock algorithm, step 3",
  runs: { with: { ...LATE, lock: "patient" }, without: { ...LATE, lock: "no-validity" } },
  decide(results) {
    const [kept, left] = [results("with"), results("without")];
    const late = ({ counts, ...document }: typeof kept): number =>
      (counts["late-grant"] ?? 0) + overlaps({ counts, ...document }, "late-grant");
    const figures = `with it ${late(kept)} late grants; without ${late(left)}: ${figuresOf(left)}`;
    if (late(kept) > 0) return refuted(figures);
    return late(left) > 0 ? confirmed(figures) : unknown(figures);
  },
};
