import { isReturn, NEVER, OUTCOME, rowOf } from "../../src/history/columns.js";
import { mutexMarksOf } from "./mutex-marks.js";
import { indexOf } from "./order.js";
import { MARK, marksOf, type HoldRules } from "./holds.js";
import type { Judgement, Part } from "./types.js";
import { named } from "./words.js";

export interface LockRules extends HoldRules {
  /** How many may share it. */
  readonly permits: number;
  /** Whether only acquires and releases concern it, neither reentrant nor shared, and one permit is all. */
  readonly plain?: boolean;
}

/** Judges a lock by the sweep that `holds.ts` explains. null: it takes a search. */
export function judgeHolds(part: Part, rules: LockRules): Judgement | null {
  const marked = rules.plain === true ? mutexMarksOf(part) : marksOf(part, rules);
  if (marked === null) return null;
  const { marks, unheld } = marked;
  const tooMany = marked.tooMany ?? firstTooMany(part, marks, rules.permits);
  if (tooMany >= 0) return crowded(part, marks, tooMany, rules.permits);
  if (unheld < 0) return { verdict: "valid" };
  return {
    verdict: "violated",
    reason: `${named(part.ops, unheld)} was told that it released what it did not hold`,
    witness: [unheld],
    at: part.ops.complete[unheld]!,
  };
}

/**
 * The first event at which more is held than may be; -1: there is none.
 *
 * One who has the lock alone counts as much as all who may share it, so one sum and one comparison tell whether there are
 * too many. No closure looks at the sum: it would live on the heap.
 */
export function firstTooMany(part: Part, marks: Uint8Array, permits: number): number {
  const most = Math.min(permits, marks.length + 1);
  const adds = addsOf(most);
  let held = 0;
  /** Events of releases that still need a free moment for the hold that they prove. */
  const pending: number[] = [];
  for (let at = 0; at < marks.length; at += 1) {
    const mark = marks[at]!;
    held += adds[mark]!;
    if (held > most) return at;
    if (mark >= MARK.proofShared) {
      if (mark !== MARK.endProof) pending.push(at);
      else if (isPending(part, pending, at)) return at;
    }
    if (pending.length > 0) settle(pending, marks, held, most);
  }
  return -1;
}

/** What each mark adds to what is held, where one who has it alone has so much. */
function addsOf(alone: number): Int32Array {
  const adds = new Int32Array(Object.keys(MARK).length);
  adds[MARK.beginShared] = 1;
  adds[MARK.endShared] = -1;
  adds[MARK.beginAlone] = alone;
  adds[MARK.endAlone] = -alone;
  return adds;
}

/** Whether the proof that ends at an event has had no free moment. */
function isPending({ events }: Part, pending: readonly number[], at: number): boolean {
  const row = rowOf(events[at]!);
  return pending.some((begin) => rowOf(events[begin]!) === row);
}

/** Takes off those that have their moment now: nobody holds, or one more may share. */
function settle(pending: number[], marks: Uint8Array, held: number, most: number): void {
  let left = 0;
  for (const begin of pending)
    if (held >= (marks[begin] === MARK.proofAlone ? 1 : most)) pending[left++] = begin;
  pending.length = left;
}

/** Who held where one more could not: `at` is the event at which there was one more than the lock allows. */
function crowded({ ops, events }: Part, marks: Uint8Array, at: number, permits: number): Judgement {
  const row = rowOf(events[at]!);
  const rows = holdersAt({ ops, events }, marks, at);
  const proofs = rows.flatMap((holder) => lateProof({ ops, events }, holder, at));
  const witness = [...new Set([...rows, ...proofs, row])].sort((a, b) => a - b);
  const names = rows.slice(0, MOST_NAMED).map((holder) => named(ops, holder));
  const more = rows.length > MOST_NAMED ? ` and ${rows.length - MOST_NAMED} more` : "";
  const held = `${names.join(", ")}${more} held`;
  return {
    verdict: "violated",
    reason:
      marks[at] === MARK.endProof
        ? `${named(ops, row)} was told that it released what ${held} all the while`
        : `${named(ops, row)} was told that it got the lock while ${held}${permits > 1 && permits < Infinity ? ` all ${permits} permits` : ""}: nobody had asked to release it`,
    witness,
    at: Math.max(
      ops.complete[row]!,
      ...proofs.map((proof) => ops.complete[proof]!).filter((place) => place !== NEVER),
    ),
  };
}

/** Rows of the holds that were begun before a place and not ended, earlier ones first. */
function holdersAt(
  { ops, events }: Pick<Part, "ops" | "events">,
  marks: Uint8Array,
  before: number,
): readonly number[] {
  const adds = addsOf(1);
  let count = 0;
  for (let at = 0; at < before; at += 1) count += adds[marks[at]!]!;
  const ended = new Map<number, number>();
  const rows: number[] = [];
  for (let at = before - 1; at >= 0 && rows.length < count; at -= 1) {
    const row = rowOf(events[at]!);
    const owner = ops.owner[row]!;
    const ends = ended.get(owner) ?? 0;
    if (marks[at] === MARK.endShared || marks[at] === MARK.endAlone) ended.set(owner, ends + 1);
    else if (marks[at] !== MARK.beginShared && marks[at] !== MARK.beginAlone) continue;
    else if (ends > 0) ended.set(owner, ends - 1);
    else rows.push(row);
  }
  return rows.toReversed();
}

const MOST_NAMED = 3;

/** A hold that an open release may seem to have ended: the releases that prove the contrary. */
function lateProof(
  { ops, events }: Pick<Part, "ops" | "events">,
  holder: number,
  at: number,
): readonly number[] {
  let open = -1;
  for (let place = indexOf(ops, events, ops.invoke[holder]!); place < events.length; place += 1) {
    const row = rowOf(events[place]!);
    if (row <= holder || isReturn(events[place]!) || ops.owner[row] !== ops.owner[holder]) continue;
    if (ops.outcome[row] === OUTCOME.info) {
      if (place < at && open < 0) open = row;
    } else return open < 0 ? [] : [open, row];
  }
  return [];
}

/** What the sweep asks of a lock that one owner has alone. */
export const MUTEX: LockRules = { reentrant: false, shared: false, permits: 1, plain: true };
