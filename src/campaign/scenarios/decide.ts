/** What decisions are made of. Pure. */
import type { Cause } from "../../../checker/types.js";
import { count, percent } from "../../report/text.js";
import type { VerdictDocument } from "../../report/types.js";
import type { Decision } from "./types.js";

export const refuted = (because: string): Decision => ({ outcome: "refuted", because });
export const confirmed = (because: string): Decision => ({ outcome: "confirmed", because });
export const unknown = (because: string): Decision => ({ outcome: "unknown", because });

/** `4 of 75 updates lost (5.3 %)`. */
export const losses = ({ updates }: VerdictDocument): string =>
  `${updates.lost} of ${count(updates.acknowledged, "update")} lost (${percent(updates.lostShare)})`;

export const overlaps = ({ causes }: VerdictDocument, ...of: readonly Cause[]): number =>
  of.reduce((sum, cause) => sum + (causes[cause] ?? 0), 0);

/** Two held at once, and the register or somebody's update suffered from it. */
export const harmed = ({ counts }: VerdictDocument): boolean =>
  (counts["lost-update"] ?? 0) + (counts["stale-write"] ?? 0) > 0;

/** `7 overlaps by service, 3 stale writes, 4 of 75 updates lost`. */
export function figuresOf(document: VerdictDocument): string {
  const { causes, counts } = document;
  return [
    ...Object.entries(causes).map(([cause, times]) => `${count(times, "overlap")} by ${cause}`),
    ...Object.entries(counts)
      .filter(([kind, times]) => kind !== "overlap" && kind !== "lost-update" && times > 0)
      .map(([kind, times]) => `${times} ${kind}`),
    losses(document),
  ].join(", ");
}

/** Too weak to say anything, told by its own reason; null: it is not. */
export const weakness = (document: VerdictDocument): Decision | null =>
  document.verdict === "unknown" ? unknown(`too weak: ${document.reasons[0] ?? "unknown"}`) : null;

/** The claim is that nothing goes wrong: refuted by a violation, confirmed by a run that was strong enough. */
export const holdsWhile = (document: VerdictDocument, what: string): Decision =>
  weakness(document) ??
  (document.verdict === "violated"
    ? refuted(`${what}: ${figuresOf(document)}`)
    : confirmed(
        `${what}: ${document.challenged} of ${document.grants} grants challenged, ${losses(document)}`,
      ));
