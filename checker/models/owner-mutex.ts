import { F, isReturn, NEVER, OUTCOME, rowOf, type OpColumns } from "../../src/history/columns.js";
import { search } from "../search/search.js";
import { placesOf } from "./places.js";
import type { Judgement, Model, Part } from "./types.js";
import { named } from "./words.js";

const FREE = -(2 ** 31);
/** No owner's name. */
const NOBODY = Number.NaN;

/**
 * A lock that one owner holds at a time and that only this owner releases.
 *
 * Sweep, in O(n). The core of a hold, from its acquire's return to its release's invocation, is when it surely holds:
 * histories without open operations fit if and only if the cores are disjoint, for then each acquire can take effect at
 * its return and each release at its invocation. Open operations:
 *
 * - An acquire that is open, without a later release that was ok, is left out: that it never happened explains as much
 *   as any moment would, and more of the others' holds.
 * - An acquire that is open, with a later release that was ok, did happen, at the latest within that release: a hold
 *   of no length, which needs one free moment there. Counted as a hold from its invocation on, it would forbid what
 *   may well have been: A asks, B takes and releases, A's answer is lost, A's release is ok.
 * - A release that is open ends the core at its invocation: it may have happened at once. Counted as never, it would
 *   forbid every later hold.
 * - A release that is open, with a later one of the same owner that was ok, did not end the hold, for a lock that is not
 *   held cannot be released: A holds, A's release is lost, B is told OK, A's second release is ok. That is two holders,
 *   and the first rule alone would let it pass.
 *
 * Whoever goes on after an open operation with more than releases (a process is retired then, but an owner need not
 * be), acts twice at once, or is told that the lock is held, is left to the search.
 */
export const ownerMutex: Model<number> = {
  name: "owner-mutex",
  description: "one owner holds at a time, and only the owner releases",
  operations: ["acquire", "release"],
  owned: true,
  specification: {
    init: FREE,
    step(holder, { f, owner, outcome }) {
      if (outcome === "held") return holder === FREE ? undefined : holder;
      if (f === "acquire") return holder === FREE ? owner : undefined;
      return holder === owner ? FREE : undefined;
    },
    isPure: ({ outcome }) => outcome === "held",
    describe: (holder) => (holder === FREE ? "free" : "held"),
  },
  judge(part, limits) {
    const holds = holdsOf(part);
    if (holds === null) return search(part, ownerMutex, limits);
    return "verdict" in holds ? holds : sweep(part.ops, holds);
  },
};

interface Holds {
  /** Acquires that were ok, in order of their returns. */
  readonly acquires: Int32Array;
  /** Place at which each core ends; NEVER: not at all. */
  readonly ends: Int32Array;
  /** Place at which it was plain that the core reached so far; its beginning, mostly. */
  readonly proved: Int32Array;
  /** Releases that were ok of acquires that are open, in order. */
  readonly proofs: readonly number[];
}

/** What an owner does, where it does not hold: then it is the place of its hold. */
const IDLE = -1;
/** An open acquire may have got it the lock. */
const MAYBE = -2;
/** Something open may yet have its effect. */
const RETIRED = -3;

/** null: somebody acts in a way that the sweep does not know. */
function holdsOf({ ops, events }: Part): Holds | Judgement | null {
  const { place, count } = placesOf(events, ops.owner, NOBODY);
  const { f, outcome, invoke, complete } = ops;
  const state = new Int32Array(count).fill(IDLE);
  const busy = new Uint8Array(count);
  const acquires = new Int32Array(events.length >> 1);
  const ends = new Int32Array(events.length >> 1);
  const proved = new Int32Array(events.length >> 1);
  /** Holds that an open release may have ended. */
  const letGo = new Uint8Array(events.length >> 1);
  const proofs: number[] = [];
  let held = 0;
  for (const event of events) {
    const row = rowOf(event);
    const who = place(ops.owner[row]!);
    const now = state[who]!;
    if (outcome[row] === OUTCOME.held) return null;
    if (outcome[row] === OUTCOME.info) {
      if (busy[who] === 1) return null;
      if (f[row] === F.acquire) {
        if (now !== IDLE) return null;
        state[who] = MAYBE;
      } else if (now === IDLE) state[who] = RETIRED;
      else if (now >= 0 && letGo[now] === 0) {
        ends[now] = invoke[row]!;
        letGo[now] = 1;
      }
    } else if (!isReturn(event)) {
      if (busy[who] === 1) return null;
      busy[who] = 1;
      if (f[row] === F.acquire ? now < IDLE || (now >= 0 && letGo[now] === 1) : false) return null;
      if (f[row] === F.release && now >= 0) ends[now] = invoke[row]!;
    } else {
      busy[who] = 0;
      if (f[row] === F.acquire) {
        if (now >= 0) return heldAlready(ops, acquires[now]!, row);
        state[who] = held;
        acquires[held] = row;
        ends[held] = NEVER;
        proved[held] = complete[row]!;
        held += 1;
      } else if (now >= 0) {
        if (letGo[now] === 1) proved[now] = complete[row]!;
        state[who] = letGo[now] === 1 ? RETIRED : IDLE;
      } else if (now === MAYBE) {
        proofs.push(row);
        state[who] = RETIRED;
      } else return heldNothing(ops, row);
    }
  }
  return { acquires: acquires.subarray(0, held), ends, proved, proofs };
}

const heldAlready = (ops: OpColumns, first: number, again: number): Judgement => ({
  verdict: "violated",
  reason: `${named(ops, again)} got what it held already, since ${named(ops, first)}`,
  witness: [first, again],
  at: ops.complete[again]!,
});

const heldNothing = (ops: OpColumns, release: number): Judgement => ({
  verdict: "violated",
  reason: `${named(ops, release)} was told that it released a lock which it did not hold`,
  witness: [release],
  at: ops.complete[release]!,
});

function sweep(ops: OpColumns, { acquires, ends, proved, proofs }: Holds): Judgement {
  const { complete, invoke } = ops;
  for (let n = 1; n < acquires.length; n += 1) {
    const from = complete[acquires[n]!]!;
    if (from > ends[n - 1]!) continue;
    const [first, second] = [acquires[n - 1]!, acquires[n]!];
    return {
      verdict: "violated",
      reason: `${named(ops, first)} and ${named(ops, second)} both held: the second was told so before the first asked for its release`,
      witness: [first, second].sort((a, b) => a - b),
      at: Math.max(from, proved[n - 1]!),
    };
  }
  for (const release of proofs) {
    const around = lastBefore(ops, acquires, invoke[release]!);
    if (around < 0 || ends[around]! < complete[release]!) continue;
    const holder = acquires[around]!;
    return {
      verdict: "violated",
      reason: `${named(ops, release)} was told that it released what ${named(ops, holder)} held all the while`,
      witness: [holder, release].sort((a, b) => a - b),
      at: Math.max(complete[release]!, proved[around]!),
    };
  }
  return { verdict: "valid" };
}

/** The last hold that began before a place, or -1. */
function lastBefore({ complete }: OpColumns, acquires: Int32Array, place: number): number {
  let low = 0;
  let high = acquires.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (complete[acquires[middle]!]! < place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
