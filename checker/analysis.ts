import type { History } from "../src/history/history.js";
import { causeOf, type CausedOverlap } from "./cause.js";
import { factsOf, type Facts, type GrantFact } from "./facts/index.js";
import { foreignReleasesOf, type ForeignRelease } from "./foreign-releases.js";
import { overlapIndex, overlapsOf } from "./overlaps.js";
import { looksBeforeRelease, suspectsOf } from "./release-look.js";
import { disordersOf, tellingTokens, type Disorder } from "./tokens.js";

/** The facts of a history, and what is concluded from them once for all checkers. */
export interface Analysis extends Facts {
  readonly history: History;
  /** In order of time, each with its cause. */
  readonly overlaps: readonly CausedOverlap[];
  overlapOf(a: GrantFact, b: GrantFact): CausedOverlap | undefined;
  readonly foreignReleases: readonly ForeignRelease[];
  readonly disorders: readonly Disorder[];
  /** Whether tokens tell which of two grants of a lock is the later one. */
  tokensTell(lock: string): boolean;
}

export function analyse(history: History): Analysis {
  const facts = factsOf(history);
  const foreignReleases = foreignReleasesOf(facts);
  const looks = looksBeforeRelease(facts, foreignReleases);
  const disorders = disordersOf(facts, looks);
  const tokensTell = tellingTokens(disorders);
  // Who is kept out by nobody does not believe to be alone: a resource that looks after itself is judged by what was lost.
  const alone = facts.context.promises.exclusion !== "resource";
  const suspectOf = suspectsOf(facts, looks, tokensTell);
  const overlaps = (alone ? overlapsOf(facts, tokensTell) : []).map((overlap) =>
    causeOf(overlap, facts, foreignReleases, suspectOf),
  );
  const overlapOf = overlapIndex(overlaps);
  return { ...facts, history, overlaps, overlapOf, foreignReleases, disorders, tokensTell };
}
