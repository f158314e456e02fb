import { NEVER } from "../../src/history/columns.js";
import type { Judgement, Part } from "./types.js";
import { conflictByEvents, contradiction, misreading } from "./zone-conflicts.js";
import { firstConflict } from "./zone-order.js";
import { zonesOf } from "./zone-table.js";

/** Judges a register of which every value is written once, in O(n). null: a value is written more than once. */
export function judgeByZones(part: Part): Judgement | null {
  const zones = zonesOf(part);
  if (zones === null) return null;
  if (zones.misread !== NEVER) return misreading(part, zones);
  const inOrder = firstConflict(zones);
  const conflict = inOrder === undefined ? conflictByEvents(part, zones) : inOrder;
  return conflict === null ? { verdict: "valid" } : contradiction(part, zones, conflict);
}
