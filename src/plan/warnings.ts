import { formatDuration } from "../units.js";
import { faultLasts } from "./faults.js";
import type { Plan } from "./types.js";

/** What will make a run too weak to judge, known before it begins. One line each. */
export function planWarnings(plan: Plan): readonly string[] {
  const warnings: string[] = [];
  const lasts = faultLasts(plan.judge.ttlMs);
  if (plan.judge.nemeses.length > 0 && plan.faults.length === 0)
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
