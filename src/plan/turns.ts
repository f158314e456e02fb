import type { Random } from "../random.js";

/** Things that take turns: each comes once a round, in another order each time round. */
export class Turns<T> {
  readonly #random: Random;
  #all: readonly T[];
  #left: readonly T[] = [];
  #opener: ((one: T) => boolean) | undefined;

  /** `opener`: what the very first round begins with, where there is such a one. */
  constructor(random: Random, all: readonly T[], opener?: (one: T) => boolean) {
    this.#random = random;
    this.#all = all;
    this.#opener = opener;
  }

  /** Whether all were dropped. */
  get over(): boolean {
    return this.#all.length === 0;
  }

  /** Undefined when it is over. */
  next(): T | undefined {
    if (this.#left.length === 0) this.#left = this.#round();
    const [next, ...left] = this.#left;
    this.#left = left;
    return next;
  }

  /** It has no more turns. */
  drop(one: T): void {
    this.#all = this.#all.filter((other) => other !== one);
    this.#left = this.#left.filter((other) => other !== one);
  }

  #round(): readonly T[] {
    const order = shuffled(this.#random, this.#all);
    const first = this.#opener && order.find(this.#opener);
    this.#opener = undefined;
    return first === undefined ? order : [first, ...order.filter((other) => other !== first)];
  }
}

function shuffled<T>(random: Random, list: readonly T[]): readonly T[] {
  const left = [...list];
  const order: T[] = [];
  while (left.length > 1) order.push(...left.splice(random.below(left.length), 1));
  return [...order, ...left];
}
