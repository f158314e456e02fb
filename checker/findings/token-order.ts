import type { Analysis } from "../analysis.js";
import { isExcepted, SERVICE, whileGranted } from "../cause.js";
import { at, indices, reference, wasGranted, who } from "../explain/words.js";
import type { Disorder } from "../tokens.js";
import type { Checker, Finding } from "../types.js";

export const tokenOrder: Checker = {
  name: "token-order",
  description: "a token repeats, or contradicts the order in which the lock was granted",
  check: (analysis) => analysis.disorders.map((disorder) => findingOf(disorder, analysis)),
};

function findingOf(disorder: Disorder, analysis: Analysis): Finding {
  const { before, grant, how } = disorder;
  const excused =
    analysis.context.promises.exclusion === "none" ||
    isExcepted(whileGranted([before, grant]), SERVICE, analysis);
  return {
    kind: "token-order",
    severity: "violation",
    expected: excused,
    explanation: inWords(disorder),
    ops: indices(
      before.acquire.completion,
      how === "held-afterwards" ? before.release?.invoke : null,
      grant.acquire.invoke,
      grant.acquire.completion,
    ),
    time: grant.from,
    lock: grant.lock,
    grants: [reference(before), reference(grant)],
  };
}

function inWords({ before, grant, how }: Disorder): string {
  const told = `got token ${grant.token} at ${at(grant.from)}`;
  const asked = `However, ${who(grant)} asked for it at ${at(grant.acquire.invoke.time)} and ${told}`;
  const trusts = "A fence that trusts these tokens lets the wrong one in.";
  switch (how) {
    case "repeated":
      return `${wasGranted(before)}. ${asked}: the same token was given twice. ${trusts}`;
    case "asked-for-afterwards":
      return `${wasGranted(before)}. ${asked}: which is lower, though it was asked for afterwards. ${trusts}`;
    case "held-afterwards":
      return `${wasGranted(before)}, and its hold came to its end. However, ${who(grant)} ${told}, when that was over, and rightly held: had ${grant.token} been granted before ${before.token}, ${grant.client} would have held all the while that ${before.client} did. A fence that trusts these tokens keeps the rightful holder out.`;
  }
}
