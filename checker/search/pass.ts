import { isReturn } from "../../src/history/columns.js";
import type { Part } from "../models/types.js";
import type { Effort, Frontier } from "./frontier.js";
import type { Trail } from "./trail.js";

/** How a pass over some of a part's events ended. */
export interface Passed {
  /** there: at its goal. none: an answer cannot be explained. late: time was up. partial: it had to leave something out. */
  readonly result: "there" | "none" | "late" | "partial";
  /** Place in the part's events up to which it came. */
  readonly at: number;
}

/**
 * Takes a frontier from one place of the events to another, with checkpoints on the way. `wholly`: it ends as soon as
 * anything has to be left out of consideration.
 */
export function pass(
  { events }: Part,
  frontier: Frontier,
  { from, to }: { readonly from: number; readonly to: number },
  {
    effort,
    trail,
    wholly = false,
  }: { readonly effort: Effort; readonly trail?: Trail; readonly wholly?: boolean },
): Passed {
  for (let at = from; at < to; at += 1) {
    if (trail && at > from && at % trail.stride === 0) trail.add(frontier.save(at));
    if (!isReturn(events[at]!)) {
      frontier.begin(at);
      continue;
    }
    const ended = frontier.end(at, effort);
    if (ended !== "some") return { result: ended, at };
    if (wholly && !frontier.isWhole) return { result: "partial", at };
  }
  return { result: "there", at: to };
}
