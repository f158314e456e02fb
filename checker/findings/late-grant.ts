import type { Analysis } from "../analysis.js";
import { isExcepted } from "../cause.js";
import { explainLate } from "../explain/cause.js";
import { indices, reference } from "../explain/words.js";
import type { GrantFact } from "../facts/index.js";
import { frozenJustBefore, isLate } from "../lateness.js";
import type { Checker, Finding } from "../types.js";

export const lateGrant: Checker = {
  name: "late-grant",
  description: "a client was told OK at or after the end of its own lease",
  check: (analysis) => analysis.grants.filter(isLate).map((grant) => findingOf(grant, analysis)),
};

/**
 * Only a recipe whose exclusion is a matter of timing (Redlock) must refuse a grant that came too late: that check is
 * the algorithm. Where the service keeps the lock exclusive, a late `ok` is told and does no harm by itself; the overlap
 * that may follow names it as its cause.
 */
function findingOf(grant: GrantFact, analysis: Analysis): Finding {
  const { context, faults } = analysis;
  const frozen = frozenJustBefore(grant, faults);
  const excepted = isExcepted({ from: grant.acquire.invoke.time, to: grant.from }, grant.client, analysis);
  return {
    kind: "late-grant",
    severity: context.promises.exclusion === "timing" && !frozen ? "violation" : "note",
    expected: frozen !== undefined || excepted || context.promises.exclusion === "none",
    explanation: explainLate(grant, analysis),
    ops: indices(grant.acquire.invoke, grant.lost, grant.acquire.completion),
    time: grant.from,
    lock: grant.lock,
    grants: [reference(grant)],
    ...(frozen && { faults: [frozen.id] }),
  };
}
