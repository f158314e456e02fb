import { nemeses } from "../../nemesis/index.js";
import { formatDuration } from "../units.js";
import type { Plan, Range } from "./types.js";

/** What will make a run too weak to judge, known before it begins. One line each. */
export function planWarnings(plan: Plan): readonly string[] {
  const warnings: string[] = [];
  const lasts = longest(plan);
  if (lasts !== null && plan.faults.length === 0)
    warnings.push(
      `no ${plan.judge.nemeses.join(" or ")} fits into ${formatDuration(plan.durationMs)}: the first comes after 1-2 s and lasts ` +
        `${formatDuration(lasts.min)} to ${formatDuration(lasts.max)} at this TTL. The run will be too weak to judge; ` +
        `take --duration ${formatDuration(Math.ceil((lasts.max + 2_000) / 10_000) * 10_000)} or more`,
    );
  if (plan.clients === 1)
    warnings.push(
      "one client alone never has to wait for the lock: the run will be too weak to judge; take --concurrency 2 or more",
    );
  return warnings;
}

/** How long the longest of the faults that were asked for lasts by itself; null: there is none. */
function longest({ judge }: Plan): Range | null {
  const all = judge.nemeses.flatMap((name) => nemeses[name]?.lasts(judge.ttlMs) ?? []);
  return all.length === 0
    ? null
    : { min: Math.min(...all.map(({ min }) => min)), max: Math.max(...all.map(({ max }) => max)) };
}
