import type { Checkpoint } from "./frontier.js";

/** Checkpoints of a pass, so that it can go back. Of those that are long past there are few. */
export interface Trail {
  /** Events between two of them. */
  readonly stride: number;
  add(checkpoint: Checkpoint): void;
  /** The last one at or before a place, or the first. */
  before(place: number): Checkpoint;
  /** Forgets those after a place. */
  cut(place: number): void;
}

const MOST = 256;

export function createTrail(first: Checkpoint, stride: number): Trail {
  let checkpoints = [first];
  return {
    stride,
    add(checkpoint) {
      checkpoints.push(checkpoint);
      if (checkpoints.length <= MOST) return;
      checkpoints = checkpoints.filter((_, n) => n % 2 === 0 || n >= MOST / 2);
    },
    before: (place) => checkpoints.findLast(({ at }) => at <= place) ?? first,
    cut(place) {
      checkpoints = checkpoints.filter(({ at }) => at <= place || at === first.at);
    },
  };
}
