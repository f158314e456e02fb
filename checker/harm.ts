import type { RegisterEvent } from "../src/history/event.js";
import type { Analysis } from "./analysis.js";
import type { CausedOverlap } from "./cause.js";
import type { GrantFact } from "./facts/index.js";

/** Why harm was done: by an overlap, by a write that came too late, or nobody knows. */
export type Harm =
  | { readonly cause: CausedOverlap["cause"]; readonly overlap: CausedOverlap }
  | { readonly cause: "in-flight"; readonly writer: GrantFact; readonly write: RegisterEvent }
  | { readonly cause: "undetermined" };

/** What was done under two grants that do not go together: for each the applied write, where one is concerned. */
export interface Clash {
  readonly grant: GrantFact;
  readonly write?: RegisterEvent;
}

/** As their overlap was caused. Without one, a write was still under way when the belief of its holder had ended. */
export function harmBetween(a: Clash, b: Clash, analysis: Analysis): Harm {
  const overlap = analysis.overlapOf(a.grant, b.grant);
  if (overlap) return { cause: overlap.cause, overlap };
  const slow = [a, b].find(({ grant, write }) => write !== undefined && write.time >= grant.to);
  if (slow?.write) return { cause: "in-flight", writer: slow.grant, write: slow.write };
  return { cause: "undetermined" };
}

/** Whether documentation lets it happen; undefined where nobody knows what happened. */
export function isExpected(harm: Harm): boolean | undefined {
  if (harm.cause === "undetermined") return undefined;
  return "overlap" in harm ? !harm.overlap.broken : true;
}
