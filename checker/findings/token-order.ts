import { isExcepted } from "../cause.js";
import { at, indices, reference, wasGranted, who } from "../explain/words.js";
import type { GrantFact } from "../facts/index.js";
import type { Analysis } from "../analysis.js";
import type { Checker, Finding } from "../types.js";

export const tokenOrder: Checker = {
  name: "token-order",
  description: "a token repeats, or is not above every token returned before its acquire was asked for",
  check: (analysis) => [...analysis.grantsByLock.values()].flatMap((grants) => inLock(grants, analysis)),
};

/**
 * Two passes in one: grants by their invocation, and by their `ok`, with the greatest token that was returned so far.
 * Two acquires that were under way at once may come in either order, so only what was returned before one was *asked
 * for* binds it.
 */
function inLock(grants: readonly GrantFact[], analysis: Analysis): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Map<bigint, GrantFact>();
  const asked = grants.toSorted((a, b) => place(a.acquire.invoke) - place(b.acquire.invoke));
  let returned = 0;
  let highest: GrantFact | undefined;
  for (const grant of asked) {
    if (grant.token === null) continue;
    for (; returned < grants.length; returned += 1) {
      const before = grants[returned];
      if (!before || place(before.acquire.completion) > place(grant.acquire.invoke)) break;
      if (before.token !== null && before.token > (highest?.token ?? -1n)) highest = before;
    }
    const twin = seen.get(grant.token);
    if (twin) findings.push(findingOf(twin, grant, "the same token was given twice", analysis));
    else if (highest?.token !== undefined && highest.token !== null && grant.token < highest.token)
      findings.push(
        findingOf(highest, grant, "which is lower, though it was asked for afterwards", analysis),
      );
    seen.set(grant.token, twin ?? grant);
  }
  return findings;
}

function findingOf(before: GrantFact, grant: GrantFact, what: string, analysis: Analysis): Finding {
  const excused =
    analysis.context.promises.exclusion === "none" ||
    isExcepted({ from: before.from, to: grant.from }, analysis);
  return {
    kind: "token-order",
    severity: "violation",
    expected: excused,
    explanation: `${wasGranted(before)}. However, ${who(grant)} asked for it at ${at(grant.acquire.invoke.time)} and got token ${grant.token} at ${at(grant.from)}: ${what}. A fence that trusts these tokens lets the wrong one in.`,
    ops: indices(before.acquire.completion, grant.acquire.invoke, grant.acquire.completion),
    time: grant.from,
    lock: grant.lock,
    grants: [reference(before), reference(grant)],
  };
}

const place = (event: { readonly index?: number }): number => event.index ?? 0;
