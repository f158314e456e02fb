/**
 * Locks by one sweep, in O(n): what an owner surely holds is counted over the places of the record.
 *
 * The *core* of a hold, from its acquire's return to its release's invocation, is when it surely holds. Histories without
 * open operations fit if and only if the cores are never more than the lock allows, for then each acquire can take effect
 * at its return and each release at its invocation. Open operations:
 *
 * - An acquire that is open, and of which no release was ok, is left out: that it never happened explains as much as any
 *   moment would, and leaves the lock to others.
 * - An acquire that is open, with a later release that was ok, did happen, at the latest within that release: a hold of
 *   no length, which needs one free moment there. Counted from its invocation on, it would forbid what may well have been:
 *   A asks, B takes and releases, A's answer is lost, A's release is ok.
 * - A release that is open ends the core at its invocation: it may have happened at once. Counted as never, it would
 *   forbid every later hold.
 * - A release that is open, with a later one of the same owner that was ok, did not end the hold, for what is not held
 *   cannot be released: A holds, A's release is lost, B is told OK, A's second release is ok. These are two holders, and
 *   the rule before alone would let them pass.
 *
 * Whoever goes on after an open operation with more than releases (a process is retired then, but an owner need not be),
 * or acts twice at once, is left to the search.
 */
import { F, isReturn, OUTCOME, rowOf } from "../../src/history/columns.js";
import { placesOf } from "./places.js";
import type { Part } from "./types.js";

/** What the events of a part mean to the lock, by their place in it. */
export const MARK = {
  none: 0,
  /** A core begins, which shares the lock or has it alone. */
  beginShared: 1,
  beginAlone: 2,
  endShared: 3,
  endAlone: 4,
  /** From here to the next end of a proof of that row, one free moment is needed. */
  proofShared: 5,
  proofAlone: 6,
  endProof: 7,
} as const;

export interface Marks {
  readonly marks: Uint8Array;
  /** Row of a release that was ok, of one who held nothing; -1: there is none. */
  readonly unheld: number;
  /** The first event at which more is held than may be, -1: there is none; null: the sweep must tell. */
  readonly tooMany: number | null;
}

/** What is known of an owner beside its depth. */
const SURE = 0;
/** An open acquire may have got it the lock: shared, or alone. */
const MAYBE_SHARED = 1;
const MAYBE_ALONE = 2;
/** Something open may yet have its effect. */
const RETIRED = 3;

export interface HoldRules {
  /** Whether one who holds may acquire again, without more of the lock. */
  readonly reentrant: boolean;
  /** Whether a plain acquire shares the lock with others. */
  readonly shared: boolean;
}

/** Marks the events of a part. null: somebody acts in a way that the sweep does not know. */
export function marksOf({ ops, events }: Part, { reentrant, shared }: HoldRules): Marks | null {
  const { f, outcome, owner } = ops;
  const { place, isDirect, base, count } = placesOf(events, owner, false);
  const marks = new Uint8Array(events.length);
  const depth = new Int32Array(count);
  const known = new Uint8Array(count);
  const alone = new Uint8Array(count);
  const busy = new Uint8Array(count);
  /** Where an open release may have ended the hold; 0: nowhere. An event has one before it: an acquire's. */
  const letGo = new Int32Array(count);
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at]!;
    const row = rowOf(event);
    const what = f[row]!;
    const acquires = isAcquire(what);
    const who = isDirect ? owner[row]! - base : place(owner[row]!);
    const now = depth[who]!;
    if (outcome[row] === OUTCOME.held || (!isReturn(event) && busy[who] === 1)) return null;
    if (outcome[row] === OUTCOME.info) {
      if (known[who] !== SURE) {
        if (acquires || now > 0) return null;
      } else if (acquires) {
        if (letGo[who] !== 0) return null;
        known[who] = isAlone(what, shared) ? MAYBE_ALONE : MAYBE_SHARED;
      } else if (now === 0) known[who] = RETIRED;
      else if (now > 1 || (isModal(what) && isAlone(what, shared) !== (alone[who] === 1))) return null;
      else if (letGo[who] === 0) {
        letGo[who] = at;
        marks[at] = alone[who] === 1 ? MARK.endAlone : MARK.endShared;
      }
      continue;
    }
    if (acquires) {
      if (!isReturn(event)) {
        if (known[who] !== SURE || letGo[who] !== 0) return null;
        busy[who] = 1;
        continue;
      }
      busy[who] = 0;
      depth[who] = now + 1;
      if (reentrant && now > 0) continue;
      alone[who] = isAlone(what, shared) ? 1 : 0;
      marks[at] = alone[who] === 1 ? MARK.beginAlone : MARK.beginShared;
      continue;
    }
    if (now > 0 && isModal(what) && isAlone(what, shared) !== (alone[who] === 1)) {
      if (known[who] !== SURE) return null;
      if (isReturn(event)) return { marks, unheld: row, tooMany: null };
      busy[who] = 1;
      continue;
    }
    const last = now === 1 || !reentrant;
    if (!isReturn(event)) {
      busy[who] = 1;
      if (now > 0 && last) {
        if (letGo[who] !== 0) marks[letGo[who]!] = MARK.none;
        marks[at] = alone[who] === 1 ? MARK.endAlone : MARK.endShared;
      } else if (now === 0 && (known[who] === MAYBE_SHARED || known[who] === MAYBE_ALONE)) {
        if (isModal(what) && isAlone(what, shared) !== (known[who] === MAYBE_ALONE)) continue;
        marks[at] = known[who] === MAYBE_ALONE ? MARK.proofAlone : MARK.proofShared;
      }
      continue;
    }
    busy[who] = 0;
    if (now > 0) {
      depth[who] = now - 1;
      if (letGo[who] === 0) continue;
      letGo[who] = 0;
      known[who] = RETIRED;
    } else if (
      (known[who] === MAYBE_SHARED || known[who] === MAYBE_ALONE) &&
      !(isModal(what) && isAlone(what, shared) !== (known[who] === MAYBE_ALONE))
    ) {
      marks[at] = MARK.endProof;
      known[who] = RETIRED;
    } else return { marks, unheld: row, tooMany: null };
  }
  return { marks, unheld: -1, tooMany: null };
}

const isAcquire = (f: number): boolean =>
  f === F.acquire || f === F["acquire-read"] || f === F["acquire-write"];
/** Whether an operation says itself if it is about a shared lock or not. */
const isModal = (f: number): boolean => f !== F.acquire && f !== F.release;
const isAlone = (f: number, shared: boolean): boolean =>
  isModal(f) ? f === F["acquire-write"] || f === F["release-write"] : !shared;
