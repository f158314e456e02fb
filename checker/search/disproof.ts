import type { Part } from "../models/types.js";
import { createFrontier, type Frontier } from "./frontier.js";
import type { Kinds } from "./kinds.js";
import { pass } from "./pass.js";
import type { Slots } from "./slots.js";
import { createTrail } from "./trail.js";

/** That an answer cannot be explained, without going through all that came before. */
export interface Disproof {
  /**
   * Looks whether some answer at or before the event at place `hard` has no explanation. true: the one at `at` has none,
   * `frontier` stands there. `distance`: how far back it looks closely. `width`, `deadline`: as in an effort.
   */
  attempt(hard: number, distance: number, width: number, deadline: number): boolean;
  readonly frontier: Frontier;
  readonly at: number;
}

/**
 * Allows more than there is, so that what is impossible even then is impossible: first every open operation may be used
 * again and again. Where that explains the answer, it takes what was possible so some distance before, as if no open
 * operation had been used up yet, and from there on uses each but once.
 */
export function createDisproof(part: Part, kinds: Kinds, slots: Slots, stride: number): Disproof {
  const relaxed = createFrontier(part, kinds, slots);
  const near = createFrontier(part, kinds, slots);
  const trail = createTrail(relaxed.save(0), stride);
  let reached = 0;
  let frontier = relaxed;
  let at = 0;
  /** Something was left out on the way: what follows from there proves nothing. */
  let isLost = false;

  return {
    get frontier() {
      return frontier;
    },
    get at() {
      return at;
    },
    attempt(hard, distance, width, deadline) {
      if (isLost) return false;
      if (reached <= hard) {
        const effort = { width, relaxed: true, thrifty: false, deadline };
        const passed = pass(part, relaxed, { from: reached, to: hard + 1 }, { effort, trail, wholly: true });
        if (passed.result === "none") {
          [frontier, at] = [relaxed, passed.at];
          return relaxed.isWhole;
        }
        // Where time was up the event was not dealt with, and may be tried again.
        isLost = passed.result === "partial";
        reached = passed.at;
        if (passed.result !== "there") return false;
      }
      const checkpoint = trail.before(hard - distance);
      near.restore(checkpoint);
      const effort = { width, relaxed: false, thrifty: false, deadline };
      const passed = pass(part, near, { from: checkpoint.at, to: hard + 1 }, { effort, wholly: true });
      [frontier, at] = [near, passed.at];
      return passed.result === "none" && near.isWhole;
    },
  };
}
