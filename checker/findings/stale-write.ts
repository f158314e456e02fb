import type { RegisterEvent } from "../../src/history/event.js";
import type { Analysis } from "../analysis.js";
import { explainCause, harmCause } from "../explain/harm.js";
import { at, indices, reference, who, withToken } from "../explain/words.js";
import type { GrantFact, RegisterFact } from "../facts/index.js";
import type { Checker, Finding } from "../types.js";

export const staleWrite: Checker = {
  name: "stale-write",
  description: "the register applied a write of a grant after a later grant had read or written",
  check: (analysis) => [...analysis.registers.values()].flatMap((register) => inLog(register, analysis)),
};

/** One pass over the log, with the latest grant that has touched the register so far. */
function inLog({ log }: RegisterFact, analysis: Analysis): readonly Finding[] {
  const findings: Finding[] = [];
  let newest: Touch | undefined;
  for (const event of log) {
    if (event.type !== "ok" || event.grant === undefined) continue;
    const grant = analysis.grantById.get(event.grant);
    if (!grant) continue;
    if (newest && event.f === "write" && isLater(newest.grant, grant))
      findings.push(findingOf(event, grant, newest, analysis));
    if (!newest || isLater(grant, newest.grant)) newest = { grant, event };
  }
  return findings;
}

interface Touch {
  readonly grant: GrantFact;
  readonly event: RegisterEvent;
}

/**
 * Whether `a` was granted after `b`: by token; without tokens only where it rightly held after `b` rightly had, since
 * the order of two `ok` tells nothing of the order of two grants. Else they are unordered, and nothing is stale.
 */
export function isLater(a: GrantFact, b: GrantFact): boolean {
  if (a.id === b.id) return false;
  if (a.token !== null && b.token !== null) return a.token > b.token;
  const began = a.cores[0];
  const ended = b.cores.at(-1);
  return began !== undefined && ended !== undefined && began.from >= ended.to;
}

function findingOf(event: RegisterEvent, grant: GrantFact, newest: Touch, analysis: Analysis): Finding {
  const { cause, overlap } = harmCause(grant, newest.grant, event.time, analysis);
  const touched = newest.event.f === "read" ? "read" : "written";
  return {
    kind: "stale-write",
    severity: "violation",
    cause,
    ...(cause !== "undetermined" && { expected: !(overlap?.broken ?? false) }),
    explanation: [
      `The register applied a write of ${who(grant)}${withToken(grant)} at ${at(event.time)}.`,
      `However, ${who(newest.grant)}${withToken(newest.grant)}, who was granted ${grant.lock} after it, had ${touched} at ${at(newest.event.time)}: whatever ${newest.grant.client} does next is computed from what no longer stands, or this write is.`,
      explainCause(cause, grant, newest.grant),
    ].join(" "),
    ops: indices(grant.acquire.completion, newest.grant.acquire.completion, newest.event, event),
    time: event.time,
    lock: grant.lock,
    grants: [reference(grant), reference(newest.grant)],
    ...(overlap && { faults: overlapFaults(analysis, overlap.from, overlap.to) }),
  };
}

const overlapFaults = ({ faults }: Analysis, from: number, to: number): readonly string[] =>
  faults.filter((fault) => fault.verified && fault.from < to && fault.to > from).map(({ id }) => id);
