import type { RegisterEvent } from "../../src/history/event.js";
import type { Analysis } from "../analysis.js";
import type { CausedOverlap } from "../cause.js";
import { explainOverlap } from "../explain/overlap.js";
import { indices, reference } from "../explain/words.js";
import { faultsBehind } from "../facts/behind.js";
import type { Checker, Finding, Severity } from "../types.js";

export const overlap: Checker = {
  name: "overlap",
  description: "two clients believed to hold one lock at once",
  check: (analysis) => {
    const writes = writesByGrant(analysis);
    return analysis.overlaps.map((pair) => findingOf(pair, analysis, writes));
  },
};

export type WritesByGrant = ReadonlyMap<string, readonly RegisterEvent[]>;

function findingOf(pair: CausedOverlap, analysis: Analysis, writes: WritesByGrant): Finding {
  const { earlier, later, cause, broken } = pair;
  const harm = harmOf(pair, writes);
  return {
    kind: "overlap",
    severity: severityOf(pair, analysis, harm),
    cause,
    // What is not known is not called expected.
    ...(cause !== "undetermined" && { expected: !broken }),
    explanation: explainOverlap(pair, analysis, harm),
    ops: indices(earlier.acquire.completion, later.acquire.completion, earlier.last, later.last, harm),
    time: pair.from,
    until: pair.to,
    lock: earlier.lock,
    grants: [reference(earlier), reference(later)],
    faults: faultsBehind(earlier, later, pair.to, analysis),
  };
}

/** What the register applied of the earlier holder when the later one had been granted. */
export const harmOf = ({ earlier, later }: CausedOverlap, writes: WritesByGrant): RegisterEvent | undefined =>
  writes.get(earlier.id)?.find((write) => write.time > later.from);

/**
 * A lease that was outlived (or a session that was ended) is a violation only where it did harm: a lease promises no
 * more than that. With a whole fence no overlap is a violation: the fence is what must hold. One that looks at writes alone,
 * or at identities, leaves holes.
 */
function severityOf(
  { cause }: CausedOverlap,
  { context }: Analysis,
  harm: RegisterEvent | undefined,
): Severity {
  if (context.fencing === "on") return "note";
  const leaseOnly = cause === "outlived-lease" || cause === "session-lost";
  return leaseOnly && !harm ? "note" : "violation";
}

export function writesByGrant({ registers }: Analysis): WritesByGrant {
  const byGrant = new Map<string, RegisterEvent[]>();
  for (const { log } of registers.values())
    for (const event of log) {
      if (event.f !== "write" || event.type !== "ok" || event.grant === undefined) continue;
      const list = byGrant.get(event.grant);
      if (list) list.push(event);
      else byGrant.set(event.grant, [event]);
    }
  return byGrant;
}
