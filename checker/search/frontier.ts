import { OUTCOME, rowOf } from "../../src/history/columns.js";
import type { Part } from "../models/types.js";
import { createConfigurations, type Configurations } from "./configurations.js";
import type { Kinds } from "./kinds.js";
import { createPossible } from "./possible.js";
import { wordsOf, type Slots } from "./slots.js";
import { createUsages, type Multiset } from "./usage.js";

/** How much is tried. */
export interface Effort {
  /** Configurations kept at a time; the thriftiest ones, where there are more. */
  readonly width: number;
  /** Whether an open operation may be used again and again: then what is found proves nothing, and what is not, all. */
  readonly relaxed: boolean;
  /** Whether an open operation is made use of only where nothing else explains an answer: quick, and not the whole. */
  readonly thrifty: boolean;
  /** As of `performance.now()`. */
  readonly deadline: number;
}

/** The configurations that are possible after the events so far. */
export interface Frontier {
  /** Whether nothing was left out of consideration since the start or `restore`. */
  readonly isWhole: boolean;
  /** The operation that the event at a place of the part invokes is under way from now on. */
  begin(at: number): void;
  /** The operation that returns there has had its effect. none: it cannot have. late: time was up. */
  end(at: number, effort: Effort): "some" | "none" | "late";
  /** Rows under way that must have an effect. */
  underWay(): readonly number[];
  /** States that were possible before the last `end`. */
  before(): readonly number[];
  /** `at`: place of the next event. */
  save(at: number): Checkpoint;
  restore(checkpoint: Checkpoint): void;
}

/** What it takes to go on from a place. */
export interface Checkpoint {
  /** Place of the next event. */
  readonly at: number;
  readonly underWay: readonly Running[];
  readonly available: ReadonlyMap<number, number>;
  readonly configurations: readonly {
    readonly state: number;
    readonly used: Multiset;
    readonly bits: Int32Array;
  }[];
}

export interface Running {
  readonly slot: number;
  readonly kind: number;
  readonly row: number;
}

/** Configurations that differ only in what they have used, where not all can be kept: what lies ahead is rather another state. */
const MOST_ALIKE = 8;
const REBASE_ABOVE = 2_048;

/**
 * Just-in-time linearization (Lowe, "Testing for linearizability", 2017): the configurations after each event, where an
 * operation takes effect only when it must, which is when another or itself is about to return. A state is as many bits
 * as operations are under way, whatever the length of the history. What need not be told apart is not:
 *
 * - An operation that never changes anything takes effect as soon as it may: nothing can follow its absence that cannot
 *   follow its presence.
 * - One that overwrites, whatever stood there, takes effect only if something waits for what it leaves, or when it is due.
 *   As soon as another one overwrites it is *free*: it may have come just before that one, unseen, or come yet.
 * - An operation that changes places with all others takes effect alone when it is due, unless something under way waits
 *   for a state on the way: the others can follow at any time.
 * - Of two equal ones under way the one that returns first comes first; open operations that are alike are told apart by
 *   number only: which of two lost writes of 3 it was is nobody's business.
 * - An open operation is made use of only if something waits for the state that it leaves.
 */
export function createFrontier(part: Part, kinds: Kinds, slots: Slots): Frontier {
  const { ops, events } = part;
  const usages = createUsages();
  const words = wordsOf(slots);
  /** Slots, as they are now, of operations that overwrite. */
  const overwriting = new Int32Array(words);
  const create = (): Configurations => createConfigurations(words, overwriting, usages.within);
  let current = create();
  let following = create();
  const waiting = create();
  const bits = new Int32Array(2 * words);
  const kindOf = new Int32Array(slots.count);
  const rowAt = new Int32Array(slots.count);
  /** Slots in use. */
  let used: number[] = [];
  /** Of these, those that change nothing, and those that do not commute, by bits. */
  const pure = new Int32Array(words);
  const fixed = new Int32Array(words);
  const possible = createPossible(words, kinds, kindOf);
  /** Open operations there are of each kind, less those that every configuration has used. */
  let available = new Map<number, number>();
  let isWhole = true;
  let ticks = 0;
  current.add(kinds.initial, 0, bits);

  function occupy(slot: number, kind: number, row: number): void {
    kindOf[slot] = kind;
    rowAt[slot] = row;
    used.push(slot);
    const mask = 1 << (slot & 31);
    if (kinds.overwrites(kind)) overwriting[slot >>> 5]! |= mask;
    if (kinds.isPure(kind)) pure[slot >>> 5]! |= mask;
    if (!kinds.commutes(kind)) fixed[slot >>> 5]! |= mask;
    possible.forget();
  }

  function vacate(slot: number): void {
    used.splice(used.indexOf(slot), 1);
    for (const bits of [overwriting, pure, fixed]) bits[slot >>> 5]! &= ~(1 << (slot & 31));
    possible.forget();
  }

  function begin(at: number): void {
    const row = rowOf(events[at]!);
    const kind = kinds.ofEvent[at]!;
    if (ops.outcome[row] === OUTCOME.info) {
      if (!kinds.isPure(kind)) available.set(kind, (available.get(kind) ?? 0) + 1);
      return;
    }
    const slot = slots.ofEvent[at]!;
    occupy(slot, kind, row);
    if (!kinds.isPure(kind)) return;
    for (let entry = 0; entry < current.size; entry += 1)
      if (current.isLive(entry) && kinds.step(current.state(entry), kind) >= 0) current.mark(entry, slot);
  }

  function end(at: number, effort: Effort): "some" | "none" | "late" {
    const due = slots.ofEvent[at]!;
    following.clear();
    waiting.clear();
    for (let entry = 0; entry < current.size; entry += 1) {
      if (!current.isLive(entry)) continue;
      current.bits(entry, bits);
      reached(due, current.isDone(entry, due), current.state(entry), current.usage(entry));
    }
    if (effort.thrifty) {
      if (!widen(due, false, effort)) return "late";
      if (following.live > 0 && waiting.live > 0 && available.size > 0) isWhole = false;
    }
    if ((!effort.thrifty || following.live === 0) && !widen(due, true, effort)) return "late";
    if (following.live === 0) return "none";
    [current, following] = [following, current];
    vacate(due);
    if (current.live > effort.width) narrow(effort.width);
    if (usages.size > REBASE_ABOVE) rebase();
    return "some";
  }

  /** Tries what is under way, and with `open` what is open besides, on each configuration that waits. false: time is up. */
  function widen(due: number, open: boolean, { width, relaxed, deadline }: Effort): boolean {
    const dueKind = kindOf[due]!;
    for (let entry = 0; entry < waiting.size; entry += 1) {
      if (!waiting.isLive(entry)) continue;
      ticks += 1;
      if ((ticks & 63) === 0 && performance.now() > deadline) return false;
      if (waiting.size > width * 8 || following.live > width * 8) {
        isWhole = false;
        return true;
      }
      const state = waiting.state(entry);
      const usage = waiting.usage(entry);
      if (kinds.commutes(dueKind) && !isAwaited(entry)) {
        waiting.bits(entry, bits);
        moved(due, due, dueKind, kinds.step(state, dueKind), usage);
        continue;
      }
      const able = possible.from(state, used);
      for (let word = 0; word < words; word += 1)
        for (
          let left = able[word]! & ~pure[word]! & ~waiting.doneWord(entry, word);
          left !== 0;
          left &= left - 1
        ) {
          const slot = 32 * word + 31 - Math.clz32(left & -left);
          if (isPreceded(entry, slot)) continue;
          const kind = kindOf[slot]!;
          const next = kinds.step(state, kind);
          if (slot !== due && kinds.overwrites(kind) && !isWanted(entry, slot, next, usage, open, relaxed))
            continue;
          waiting.bits(entry, bits);
          moved(due, slot, kind, next, usage);
        }
      if (!open) continue;
      for (const [kind, count] of available) {
        const next = kinds.step(state, kind);
        if (next < 0 || (next === state && !(kinds.overwrites(kind) && isOwed(entry)))) continue;
        if (!relaxed && usages.count(usage, kind) >= count) continue;
        if (!isWanted(entry, -1, next, usage, open, relaxed)) continue;
        waiting.bits(entry, bits);
        moved(due, -1, kind, next, relaxed ? usage : usages.add(usage, kind));
      }
    }
    return true;
  }

  /** Whether anything under way still waits for a state that it can only see on the way. */
  function isAwaited(entry: number): boolean {
    for (let word = 0; word < words; word += 1)
      if ((fixed[word]! & ~waiting.doneWord(entry, word)) !== 0) return true;
    return false;
  }

  /** Whether one that overwrites would free another. */
  function isOwed(entry: number): boolean {
    for (let word = 0; word < words; word += 1)
      if ((overwriting[word]! & ~waiting.doneWord(entry, word) & ~waiting.freeWord(entry, word)) !== 0)
        return true;
    return false;
  }

  /** Whether an equal operation that returns earlier would do as well. */
  function isPreceded(entry: number, slot: number): boolean {
    for (const other of used)
      if (
        kindOf[other] === kindOf[slot] &&
        ops.complete[rowAt[other]!]! < ops.complete[rowAt[slot]!]! &&
        !waiting.isDone(entry, other) &&
        waiting.isFree(entry, other) === waiting.isFree(entry, slot)
      )
        return true;
    return false;
  }

  /** Whether anything that does not overwrite might come next in a state, `slot` having had its effect. */
  function isWanted(
    entry: number,
    slot: number,
    state: number,
    usage: number,
    open: boolean,
    relaxed: boolean,
  ): boolean {
    const able = possible.from(state, used);
    for (let word = 0; word < words; word += 1) {
      const own = slot >>> 5 === word ? 1 << (slot & 31) : 0;
      if ((able[word]! & ~overwriting[word]! & ~waiting.doneWord(entry, word) & ~own) !== 0) return true;
    }
    if (open)
      for (const [kind, count] of available) {
        if (kinds.overwrites(kind)) continue;
        const next = kinds.step(state, kind);
        if (next >= 0 && next !== state && (relaxed || usages.count(usage, kind) < count)) return true;
      }
    return false;
  }

  /** Adds the configuration to which the operation of a slot (-1: an open one) led; its bits before that are in `bits`. */
  function moved(due: number, slot: number, kind: number, state: number, usage: number): void {
    if (slot >= 0) {
      const mask = 1 << (slot & 31);
      bits[slot >>> 5]! |= mask;
      bits[words + (slot >>> 5)]! &= ~mask;
    }
    if (kinds.overwrites(kind))
      for (let word = 0; word < words; word += 1) bits[words + word]! |= overwriting[word]! & ~bits[word]!;
    const able = possible.from(state, used);
    for (let word = 0; word < words; word += 1) bits[word]! |= able[word]! & pure[word]!;
    reached(due, (bits[due >>> 5]! & (1 << (due & 31))) !== 0, state, usage);
  }

  /** Adds what is in `bits`: to what follows if the one that is due is done or free, to what waits if it is not done. */
  function reached(due: number, isDone: boolean, state: number, usage: number): void {
    const mask = 1 << (due & 31);
    if (!isDone) {
      waiting.add(state, usage, bits);
      if ((bits[words + (due >>> 5)]! & mask) === 0) return;
    }
    bits[due >>> 5]! &= ~mask;
    bits[words + (due >>> 5)]! &= ~mask;
    following.add(state, usage, bits);
  }

  function liveOnes(): number[] {
    const entries: number[] = [];
    for (let entry = 0; entry < current.size; entry += 1) if (current.isLive(entry)) entries.push(entry);
    return entries;
  }

  /** Keeps the thriftiest configurations. */
  function narrow(width: number): void {
    isWhole = false;
    const total = (entry: number): number => usages.total(current.usage(entry));
    const alike = new Map<number, number>();
    let kept = 0;
    for (const entry of liveOnes().sort((a, b) => total(a) - total(b))) {
      const where = current.likeness(entry);
      const before = alike.get(where) ?? 0;
      alike.set(where, before + 1);
      if (before < MOST_ALIKE && kept < width) kept += 1;
      else current.drop(entry);
    }
  }

  /** Forgets what all configurations have used alike. */
  function rebase(): void {
    const entries = liveOnes();
    const fresh = usages.rebase(
      entries.map((entry) => current.usage(entry)),
      (kind, count) => {
        const left = (available.get(kind) ?? 0) - count;
        if (left > 0) available.set(kind, left);
        else available.delete(kind);
      },
    );
    for (const [n, entry] of entries.entries()) current.setUsage(entry, fresh[n]!);
  }

  return {
    get isWhole() {
      return isWhole;
    },
    begin,
    end,
    underWay: () => used.map((slot) => rowAt[slot]!),
    before: () => [...new Set(liveOnes().map((entry) => current.state(entry)))],
    save: (at) => ({
      at,
      underWay: used.map((slot) => ({ slot, kind: kindOf[slot]!, row: rowAt[slot]! })),
      available: new Map(available),
      configurations: liveOnes().map((entry) => {
        const own = new Int32Array(2 * words);
        current.bits(entry, own);
        return { state: current.state(entry), used: usages.multiset(current.usage(entry)), bits: own };
      }),
    }),
    restore(checkpoint) {
      used = [];
      for (const bits of [overwriting, pure, fixed]) bits.fill(0);
      possible.forget();
      for (const { slot, kind, row } of checkpoint.underWay) occupy(slot, kind, row);
      available = new Map(checkpoint.available);
      usages.clear();
      current.clear();
      for (const { state, used: multiset, bits: own } of checkpoint.configurations)
        current.add(state, usages.of(multiset), own);
      isWhole = true;
    },
  };
}
