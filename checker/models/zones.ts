import type { Judgement, Part } from "./types.js";
import { conflictIn } from "./zone-conflicts.js";
import { areConsistent } from "./zone-order.js";
import { zonesOf } from "./zone-table.js";

/** Judges a register of which every value is written once, in O(n). null: a value is written more than once. */
export function judgeByZones(part: Part): Judgement | null {
  const zones = zonesOf(part);
  if (zones === null) return null;
  if (areConsistent(zones)) return { verdict: "valid" };
  return conflictIn(part, zones) ?? { verdict: "valid" };
}
