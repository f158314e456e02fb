import type { RegisterEvent } from "../src/history/event.js";
import type { Analysis } from "./analysis.js";
import { breaksByLateGrant, type CausedOverlap } from "./cause.js";
import type { GrantFact } from "./facts/index.js";
import { isLate } from "./lateness.js";

/** Why harm was done: by an overlap, by an OK or a write that came too late, or nobody knows. */
export type Harm =
  | { readonly cause: CausedOverlap["cause"]; readonly overlap: CausedOverlap }
  | { readonly cause: "late-grant"; readonly late: GrantFact; readonly broken: boolean }
  | { readonly cause: "in-flight"; readonly writer: GrantFact; readonly write: RegisterEvent }
  | { readonly cause: "undetermined" };

/** What was done under two grants that do not go together: for each the applied write, where one is concerned. */
export interface Clash {
  readonly grant: GrantFact;
  readonly write?: RegisterEvent;
}

/**
 * What `late` did to `other`, as their overlap was caused. Without one, it was told OK too late and only when the other
 * had come and gone: refused, it would have done nothing. Or a write was still under way when the belief of its holder
 * had ended; that its holder had been told late is of no moment then, for it came and went before the other.
 */
export function harmBetween(late: Clash, other: Clash, analysis: Analysis): Harm {
  const overlap = analysis.overlapOf(late.grant, other.grant);
  if (overlap) return { cause: overlap.cause, overlap };
  const toldLate = (grant: GrantFact): Harm => ({
    cause: "late-grant",
    late: grant,
    broken: breaksByLateGrant(grant, [late.grant, other.grant], analysis),
  });
  if (isLate(late.grant) && late.grant.from >= other.grant.to) return toldLate(late.grant);
  const slow = [late, other].find(({ grant, write }) => write !== undefined && write.time >= grant.to);
  if (slow?.write) return { cause: "in-flight", writer: slow.grant, write: slow.write };
  // The other came and went, told too late and with a higher token: what came rightly after it looks stale by that.
  if (isLate(other.grant)) return toldLate(other.grant);
  return { cause: "undetermined" };
}

/** Whether documentation lets it happen; undefined where nobody knows what happened. */
export function isExpected(harm: Harm): boolean | undefined {
  switch (harm.cause) {
    case "undetermined":
      return undefined;
    case "in-flight":
      return true;
    default:
      return "overlap" in harm ? !harm.overlap.broken : !harm.broken;
  }
}
