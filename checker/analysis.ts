import type { History } from "../src/history/history.js";
import { causeOf, type CausedOverlap } from "./cause.js";
import { factsOf, type Facts, type GrantFact } from "./facts/index.js";
import { foreignReleasesOf, type ForeignRelease } from "./foreign-releases.js";
import { overlapIndex, overlapsOf } from "./overlaps.js";

/** The facts of a history, and what is concluded from them once for all checkers. */
export interface Analysis extends Facts {
  readonly history: History;
  /** In order of time, each with its cause. */
  readonly overlaps: readonly CausedOverlap[];
  overlapOf(a: GrantFact, b: GrantFact): CausedOverlap | undefined;
  readonly foreignReleases: readonly ForeignRelease[];
}

export function analyse(history: History): Analysis {
  const facts = factsOf(history);
  const foreignReleases = foreignReleasesOf(facts);
  const overlaps = overlapsOf(facts).map((overlap) => causeOf(overlap, facts, foreignReleases));
  return { ...facts, history, overlaps, overlapOf: overlapIndex(overlaps), foreignReleases };
}
