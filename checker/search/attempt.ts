import { isReturn, OUTCOME, rowOf } from "../../src/history/columns.js";
import type { Part } from "../models/types.js";
import { createConfigurations, type Configurations } from "./configurations.js";
import type { Kinds } from "./kinds.js";
import { createUsages } from "./usage.js";

/** How one pass over a part went. */
export interface Passed {
  /** found: there is an order. none: there is none, surely if `whole`. late: time was up. */
  readonly result: "found" | "none" | "late";
  /** Nothing was left out of consideration. */
  readonly whole: boolean;
  /** Place in the part's events up to which it came. */
  readonly reached: number;
  /** Operations that were under way there, the one that could not be explained first. */
  readonly stuck: readonly number[];
  /** States that were possible just before, in words. */
  readonly states: readonly string[];
}

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

/** Configurations that differ only in what they have used, where not all can be kept: what lies ahead is rather another state. */
const MOST_ALIKE = 8;
const REBASE_ABOVE = 2_048;

/**
 * Just-in-time linearization (Lowe, "Testing for linearizability", 2017): the configurations after each event, where an
 * operation takes effect only when it must, which is when another or itself is about to return. A state is as many bits
 * as operations are under way, whatever the length of the history.
 *
 * - An operation that never changes anything takes effect as soon as it may: nothing can follow its absence that cannot
 *   follow its presence. (A write of what stands there already is another thing: it may be needed later, after a
 *   different value.)
 * - An operation that changes places with all others takes effect alone when it is due, unless something under way waits
 *   for a state on the way: the others can follow at any time.
 * - Open operations that are alike are told apart by number only: which of two lost writes of 3 it was is nobody's
 *   business.
 */
export function attempt(part: Part, kinds: Kinds, effort: Effort): Passed {
  const { ops, events } = part;
  const usages = createUsages();
  const words = Math.ceil(mostAtOnce(part) / 32) || 1;
  let current = createConfigurations(words, usages.within);
  let following = createConfigurations(words, usages.within);
  const waiting = createConfigurations(words, usages.within);
  const bits = new Int32Array(words);
  const slotKind: number[] = [];
  const slotRow: number[] = [];
  const free: number[] = [];
  const slotOf = new Map<number, number>();
  /** Slots in use. */
  const slots: number[] = [];
  /** Open operations there are of each kind, less those that every configuration has used. */
  const available = new Map<number, number>();
  let whole = true;
  let ticks = 0;
  current.add(kinds.initial, 0, bits);

  function begin(row: number, kind: number): void {
    if (ops.outcome[row] === OUTCOME.info) {
      available.set(kind, (available.get(kind) ?? 0) + 1);
      return;
    }
    const slot = free.pop() ?? slotKind.length;
    slotKind[slot] = kind;
    slotRow[slot] = row;
    slotOf.set(row, slot);
    slots.push(slot);
    if (!kinds.isPure(kind)) return;
    for (let entry = 0; entry < current.size; entry += 1)
      if (current.isLive(entry) && kinds.step(current.state(entry), kind) >= 0) current.mark(entry, slot);
  }

  /** Lets the operation of a slot have its effect in every configuration, after others as far as need be. */
  function end(due: number): "some" | "none" | "late" {
    following.clear();
    waiting.clear();
    for (let entry = 0; entry < current.size; entry += 1) {
      if (!current.isLive(entry)) continue;
      current.bits(entry, bits);
      const into = current.has(entry, due) ? following : waiting;
      bits[due >>> 5]! &= ~(1 << (due & 31));
      into.add(current.state(entry), current.usage(entry), bits);
    }
    if (effort.thrifty) {
      if (!widen(due, "own")) return "late";
      if (following.live > 0 && waiting.live > 0 && available.size > 0) whole = false;
    }
    if ((!effort.thrifty || following.live === 0) && !widen(due, "all")) return "late";
    [current, following] = [following, current];
    return current.live === 0 ? "none" : "some";
  }

  /** Tries everything that is under way ("own") or open besides on each configuration that waits. false: time is up. */
  function widen(due: number, what: "own" | "all"): boolean {
    for (let entry = 0; entry < waiting.size; entry += 1) {
      if (!waiting.isLive(entry)) continue;
      ticks += 1;
      if ((ticks & 63) === 0 && performance.now() > effort.deadline) return false;
      if (waiting.size > effort.width * 8 || following.live > effort.width * 8) {
        whole = false;
        return true;
      }
      const state = waiting.state(entry);
      const usage = waiting.usage(entry);
      if (kinds.commutes(slotKind[due]!) && !isAwaited(entry)) {
        waiting.bits(entry, bits);
        moved(due, true, kinds.step(state, slotKind[due]!), usage);
        continue;
      }
      for (const slot of slots) {
        if (waiting.has(entry, slot) || kinds.isPure(slotKind[slot]!)) continue;
        const next = kinds.step(state, slotKind[slot]!);
        if (next < 0) continue;
        waiting.bits(entry, bits);
        if (slot !== due) bits[slot >>> 5]! |= 1 << (slot & 31);
        moved(due, slot === due, next, usage);
      }
      if (what === "own") continue;
      for (const [kind, count] of available) {
        const next = kinds.step(state, kind);
        if (next < 0 || next === state) continue;
        if (!effort.relaxed && usages.count(usage, kind) >= count) continue;
        waiting.bits(entry, bits);
        moved(due, false, next, effort.relaxed ? usage : usages.add(usage, kind));
      }
    }
    return true;
  }

  /** Whether anything under way still waits for a state that it can only see on the way. */
  function isAwaited(entry: number): boolean {
    return slots.some((slot) => !kinds.commutes(slotKind[slot]!) && !waiting.has(entry, slot));
  }

  /**
   * Adds the configuration that a step led to (its bits are in `bits`), after the operations that change nothing
   * have had their effect, as far as it allows them. `done`: the one that is due has had its effect; its bit stays clear.
   */
  function moved(due: number, done: boolean, state: number, usage: number): void {
    let isDone = done;
    for (const slot of slots) {
      if (!kinds.isPure(slotKind[slot]!)) continue;
      const mask = 1 << (slot & 31);
      if ((bits[slot >>> 5]! & mask) !== 0 || kinds.step(state, slotKind[slot]!) < 0) continue;
      if (slot === due) isDone = true;
      else bits[slot >>> 5]! |= mask;
    }
    (isDone ? following : waiting).add(state, usage, bits);
  }

  /** Keeps the thriftiest configurations, where there are too many. */
  function narrow(): void {
    if (current.live <= effort.width) return;
    whole = false;
    const entries: number[] = [];
    for (let entry = 0; entry < current.size; entry += 1) if (current.isLive(entry)) entries.push(entry);
    const total = (entry: number): number => usages.total(current.usage(entry));
    const alike = new Map<string, number>();
    let kept = 0;
    for (const entry of entries.sort((a, b) => total(a) - total(b))) {
      current.bits(entry, bits);
      const where = `${current.state(entry)} ${bits.join(" ")}`;
      const before = alike.get(where) ?? 0;
      alike.set(where, before + 1);
      if (before < MOST_ALIKE && kept < effort.width) kept += 1;
      else current.drop(entry);
    }
  }

  /** Forgets what all configurations have used alike. */
  function rebase(): void {
    const entries: number[] = [];
    for (let entry = 0; entry < current.size; entry += 1) if (current.isLive(entry)) entries.push(entry);
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

  for (let at = 0; at < events.length; at += 1) {
    const event = events[at]!;
    const row = rowOf(event);
    if (!isReturn(event)) {
      begin(row, kinds.ofEvent[at]!);
      continue;
    }
    const due = slotOf.get(row)!;
    const ended = end(due);
    if (ended !== "some") {
      const stuck = [row, ...slots.filter((slot) => slot !== due).map((slot) => slotRow[slot]!)];
      return {
        result: ended,
        whole,
        reached: at,
        stuck,
        states: ended === "none" ? statesOf(following, kinds) : [],
      };
    }
    slotOf.delete(row);
    slots.splice(slots.indexOf(due), 1);
    free.push(due);
    narrow();
    if (usages.size > REBASE_ABOVE) rebase();
  }
  return { result: "found", whole, reached: events.length, stuck: [], states: [] };
}

const MOST_STATES = 4;

function statesOf(configurations: Configurations, kinds: Kinds): readonly string[] {
  const states = new Set<number>();
  for (let entry = 0; entry < configurations.size; entry += 1)
    if (configurations.isLive(entry)) states.add(configurations.state(entry));
  return [...states].slice(0, MOST_STATES).map((state) => kinds.describe(state));
}

/** The most operations that must have an effect and are under way at once. */
function mostAtOnce({ ops, events }: Part): number {
  let now = 0;
  let most = 0;
  for (const event of events) {
    if (isReturn(event)) now -= 1;
    else if (ops.outcome[rowOf(event)] !== OUTCOME.info) now += 1;
    if (now > most) most = now;
  }
  return most;
}
