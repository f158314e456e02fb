import type { RegisterEvent } from "../../src/history/event.js";
import type { Analysis } from "../analysis.js";
import { becauseOf } from "../explain/cause.js";
import { at, indices, reference, who, withToken } from "../explain/words.js";
import { faultsBehind } from "../facts/behind.js";
import type { GrantFact, RegisterFact } from "../facts/index.js";
import { harmBetween, isExpected } from "../harm.js";
import type { Checker, Finding } from "../types.js";

export const staleWrite: Checker = {
  name: "stale-write",
  description: "the register applied a write of a grant after a later grant had read or written",
  check: (analysis) =>
    // Where the resource looks after itself no write is stale: one that came late was accepted for what it is.
    analysis.context.promises.exclusion === "resource"
      ? []
      : [...analysis.registers.values()]
          .filter(({ incomplete }) => incomplete === null)
          .flatMap((register) => inLog(register, analysis)),
};

/**
 * One pass over the log, with the two that may make a write stale: the touch with the greatest token so far, and the one
 * whose hold began last. Where a later grant has touched the register at all, it is one of these.
 */
function inLog({ lock, log }: RegisterFact, analysis: Analysis): readonly Finding[] {
  const findings: Finding[] = [];
  let greatest: Touch | undefined;
  let newest: Touch | undefined;
  const byToken = analysis.tokensTell(lock);
  for (const event of log) {
    if (event.type !== "ok" || event.grant === undefined) continue;
    const grant = analysis.grantById.get(event.grant);
    if (!grant) continue;
    const later = [greatest, newest].find((touch) => touch && isLater(touch.grant, grant, byToken));
    if (later && event.f === "write") findings.push(findingOf(event, grant, later, analysis));
    if (grant.token !== null && grant.token > (greatest?.grant.token ?? -1n)) greatest = { grant, event };
    if (began(grant) > (newest ? began(newest.grant) : -Infinity)) newest = { grant, event };
  }
  return findings;
}

/** When it first held rightly; never, for one that was told too late. */
const began = ({ cores }: GrantFact): number => cores[0]?.from ?? -Infinity;

interface Touch {
  readonly grant: GrantFact;
  readonly event: RegisterEvent;
}

/**
 * Whether `a` was granted after `b`: by token; without tokens, or where they contradict what was seen of this lock, only where it rightly held after `b` rightly had, since
 * the order of two `ok` tells nothing of the order of two grants. Else they are unordered, and nothing is stale.
 */
function isLater(a: GrantFact, b: GrantFact, byToken: boolean): boolean {
  if (byToken && a.token !== null && b.token !== null) return a.token > b.token;
  const ended = b.cores.at(-1);
  return ended !== undefined && began(a) >= ended.to;
}

function findingOf(event: RegisterEvent, grant: GrantFact, later: Touch, analysis: Analysis): Finding {
  const harm = harmBetween({ grant, write: event }, { grant: later.grant }, analysis);
  const expected = isExpected(harm);
  const touched = later.event.f === "read" ? "read" : "written";
  const next =
    later.event.f === "read"
      ? `what ${later.grant.client} writes after that knows nothing of it`
      : `it took the place of what ${later.grant.client} had written`;
  return {
    kind: "stale-write",
    severity: "violation",
    cause: harm.cause,
    ...(expected !== undefined && { expected }),
    explanation: [
      `The register applied a write of ${who(grant)}${withToken(grant)} at ${at(event.time)}.`,
      `However, ${who(later.grant)}${withToken(later.grant)}, who was granted ${grant.lock} after it, had ${touched} at ${at(later.event.time)}, so ${next}.`,
      becauseOf(harm, analysis),
    ].join(" "),
    ops: indices(grant.acquire.completion, later.grant.acquire.completion, later.event, event),
    time: event.time,
    lock: grant.lock,
    grants: [reference(grant), reference(later.grant)],
    faults: faultsBehind(grant, later.grant, event.time, analysis),
  };
}
