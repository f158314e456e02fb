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
  const crowded = sweep(part, marks, rules.permits);
  if (crowded !== null) return crowded;
  if (unheld < 0) return { verdict: "valid" };
  return {
    verdict: "violated",
    reason: `${named(part.ops, unheld)} was told that it released what it did not hold`,
    witness: [unheld],
    at: part.ops.complete[unheld]!,
  };
}

/** What a mark adds to those who share, and to those who have it alone. */
const SHARED = new Int8Array(8);
const ALONE = new Int8Array(8);
SHARED[MARK.beginShared] = 1;
SHARED[MARK.endShared] = -1;
ALONE[MARK.beginAlone] = 1;
ALONE[MARK.endAlone] = -1;

function sweep(part: Part, marks: Uint8Array, permits: number): Judgement | null {
  const { events } = part;
  let shared = 0;
  let alone = 0;
  /** Events of releases that still need a free moment for the hold that they prove. */
  let pending: number[] = [];
  for (let at = 0; at < marks.length; at += 1) {
    const mark = marks[at]!;
    shared += SHARED[mark]!;
    alone += ALONE[mark]!;
    if (alone > 1 || shared > permits || (alone > 0 && shared > 0))
      return crowded(part, marks, { at, permits, holders: shared + alone - 1 });
    if (mark === MARK.endProof) {
      const begun = pending.findIndex((begin) => rowOf(events[begin]!) === rowOf(events[at]!));
      if (begun >= 0) return crowded(part, marks, { at, permits, holders: shared + alone });
    } else if (mark === MARK.proofShared || mark === MARK.proofAlone) pending.push(at);
    if (pending.length > 0)
      pending = pending.filter((begin) =>
        marks[begin] === MARK.proofAlone ? alone + shared > 0 : alone > 0 || shared >= permits,
      );
  }
  return null;
}

interface Crowd {
  /** The event at which there was one more than the lock allows. */
  readonly at: number;
  readonly permits: number;
  /** How many held before it. */
  readonly holders: number;
}

/** Who held where one more could not. */
function crowded({ ops, events }: Part, marks: Uint8Array, { at, permits, holders }: Crowd): Judgement {
  const row = rowOf(events[at]!);
  const rows = holdersAt({ ops, events }, marks, at, holders);
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

/** Rows of the last so many holds that were begun before a place and not ended, earlier ones first. */
function holdersAt(
  { ops, events }: Pick<Part, "ops" | "events">,
  marks: Uint8Array,
  before: number,
  count: number,
): readonly number[] {
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
