import type { Analysis } from "../analysis.js";
import { isExcepted, SERVICE, whileGranted } from "../cause.js";
import { at, indices, reference, wasGranted, who } from "../explain/words.js";
import type { ForeignRelease } from "../foreign-releases.js";
import type { Checker, Finding } from "../types.js";

export const foreignRelease: Checker = {
  name: "foreign-release",
  description: "a release by one who did not hold was answered `released`, and freed another's lock",
  check: (analysis) => analysis.foreignReleases.map((release) => findingOf(release, analysis)),
};

function findingOf({ by, release, victim, next }: ForeignRelease, analysis: Analysis): Finding {
  const { context } = analysis;
  const excused =
    context.promises.exclusion === "none" || isExcepted(whileGranted([victim, next]), SERVICE, analysis);
  return {
    kind: "foreign-release",
    severity: "violation",
    expected: excused,
    explanation: [
      `${wasGranted(victim)}.`,
      `However, ${who(by)}, whose own hold was over by then, released ${by.lock} at ${at(release.invoke.time)} and was answered that it had;`,
      `and ${who(next)} was granted it at ${at(next.from)}, while ${victim.client} still rightly held it: the release freed a lock that was another's.`,
    ].join(" "),
    ops: indices(
      by.acquire.completion,
      victim.acquire.completion,
      release.invoke,
      release.completion,
      next.acquire.completion,
    ),
    time: release.invoke.time,
    lock: by.lock,
    grants: [reference(by), reference(victim), reference(next)],
  };
}
