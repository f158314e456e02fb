import type { Nanos } from "../../src/history/event.js";
import type { Analysis } from "../analysis.js";
import type { CausedOverlap } from "../cause.js";
import type { GrantFact } from "../facts/index.js";
import type { Cause } from "../types.js";

/**
 * Why harm was done between two grants: as their overlap was caused; without one, a write that was still under way when
 * its holder's belief had ended (`in-flight`).
 */
export function harmCause(
  writer: GrantFact,
  other: GrantFact,
  appliedAt: Nanos,
  analysis: Analysis,
): { cause: Cause; overlap?: CausedOverlap } {
  const overlap = analysis.overlapOf(writer, other);
  if (overlap) return { cause: overlap.cause, overlap };
  if (appliedAt >= writer.to) return { cause: "in-flight" };
  return { cause: "undetermined" };
}

/** The cause in one sentence. */
export function explainCause(cause: Cause, stale: GrantFact, other: GrantFact): string {
  switch (cause) {
    case "not-a-lock":
      return "The recipe excludes nobody.";
    case "foreign-release":
      return "The lock had been freed by somebody who did not hold it.";
    case "session-lost":
      return `The session of ${stale.client} had been ended, and it had not noticed.`;
    case "late-grant":
      return "One of the two had been told OK after its own lease was over.";
    case "service":
      return "The service had granted the lock to both.";
    case "outlived-lease":
      return `${stale.client} went on after its lease had run out, as ${other.client} had rightly been granted the lock.`;
    case "in-flight":
      return `The write was still under way when the hold of ${stale.client} was over.`;
    case "undetermined":
      return "Why is not known.";
  }
}
