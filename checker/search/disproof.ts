import { isReturn, rowOf } from "../../src/history/columns.js";
import type { Part } from "../models/types.js";
import { createFrontier, type Checkpoint, type Frontier, type Running } from "./frontier.js";
import type { Kinds } from "./kinds.js";
import { pass } from "./pass.js";
import { wordsOf, type Slots } from "./slots.js";
import type { Tuning } from "./tuning.js";
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

/** States with which it begins anywhere; with more it takes those that are possible there. */
const MOST_STATES = 64;

/**
 * Allows more than there is, so that what is impossible even then is impossible:
 *
 * 1. Some distance before that answer any state may have stood, and what was under way there may have had its effect or
 *    not. From there on every open operation may be used again and again.
 * 2. The same from the beginning on, so that only possible states are left at that distance.
 * 3. From these on, as if no open operation had been used up yet, and uses each but once.
 */
export function createDisproof(
  part: Part,
  kinds: Kinds,
  slots: Slots,
  { stride, distance: nearest }: Tuning,
): Disproof {
  const relaxed = createFrontier(part, kinds, slots);
  const near = createFrontier(part, kinds, slots);
  const trail = createTrail(relaxed.save(0), stride);
  let reached = 0;
  let frontier = relaxed;
  let at = 0;
  /** Something was left out on the way: what follows from there proves nothing. */
  let isLost = false;
  let states: readonly number[] | undefined;

  return {
    get frontier() {
      return frontier;
    },
    get at() {
      return at;
    },
    attempt(hard, distance, width, deadline) {
      states ??= kinds.reachable(MOST_STATES) ?? [];
      if (states.length > 0) {
        const start = anywhere(part, kinds, slots, states, Math.max(0, hard - distance));
        near.restore(start);
        const effort = { width, relaxed: true, thrifty: false, deadline };
        const passed = pass(part, near, { from: start.at, to: hard + 1 }, { effort, wholly: true });
        [frontier, at] = [near, passed.at];
        if (passed.result === "none" && near.isWhole) return true;
      }
      if (isLost || distance === nearest) return false;
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

/** Any of some states at a place, with what is under way and open there. */
function anywhere(
  { events }: Part,
  kinds: Kinds,
  slots: Slots,
  states: readonly number[],
  at: number,
): Checkpoint {
  const underWay = new Map<number, Running>();
  const available = new Map<number, number>();
  for (let place = 0; place < at; place += 1) {
    const [slot, kind] = [slots.ofEvent[place]!, kinds.ofEvent[place]!];
    if (isReturn(events[place]!)) underWay.delete(slot);
    else if (slot >= 0) underWay.set(slot, { slot, kind, row: rowOf(events[place]!) });
    else if (!kinds.isPure(kind)) available.set(kind, (available.get(kind) ?? 0) + 1);
  }
  const words = wordsOf(slots);
  const bits = new Int32Array(2 * words);
  for (const slot of underWay.keys()) bits[words + (slot >>> 5)]! |= 1 << (slot & 31);
  return {
    at,
    underWay: [...underWay.values()],
    available,
    configurations: states.map((state) => ({ state, used: [], bits })),
  };
}
