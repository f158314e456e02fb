import { isReturn, OUTCOME, rowOf } from "../../src/history/columns.js";
import { MARK, marksOf, type HoldRules } from "./holds.js";
import type { Judgement, Part } from "./types.js";
import { named } from "./words.js";

export interface LockRules extends HoldRules {
  /** How many may share it. */
  readonly permits: number;
}

/** Judges a lock by the sweep that `holds.ts` explains. null: it takes a search. */
export function judgeHolds(part: Part, rules: LockRules): Judgement | null {
  const marked = marksOf(part, rules);
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

function sweep(part: Part, marks: Uint8Array, permits: number): Judgement | null {
  const { events } = part;
  let shared = 0;
  let alone = 0;
  /** Events of releases that still need a free moment for the hold that they prove. */
  let pending: number[] = [];
  for (let at = 0; at < marks.length; at += 1) {
    switch (marks[at]) {
      case MARK.none:
        continue;
      case MARK.beginShared:
        shared += 1;
        if (alone > 0 || shared > permits) return crowded(part, marks, at, permits);
        continue;
      case MARK.beginAlone:
        alone += 1;
        if (alone > 1 || shared > 0) return crowded(part, marks, at, permits);
        continue;
      case MARK.endShared:
        shared -= 1;
        break;
      case MARK.endAlone:
        alone -= 1;
        break;
      case MARK.endProof: {
        const begun = pending.findIndex((begin) => rowOf(events[begin]!) === rowOf(events[at]!));
        if (begun >= 0) return crowded(part, marks, at, permits);
        continue;
      }
      default:
        pending.push(at);
    }
    if (pending.length > 0)
      pending = pending.filter((begin) =>
        marks[begin] === MARK.proofAlone ? alone + shared > 0 : alone > 0 || shared >= permits,
      );
  }
  return null;
}

/** Who held where one more could not. */
function crowded({ ops, events }: Part, marks: Uint8Array, at: number, permits: number): Judgement {
  const row = rowOf(events[at]!);
  const holders = new Map<number, number[]>();
  for (let before = 0; before < at; before += 1) {
    const owner = ops.owner[rowOf(events[before]!)]!;
    const held = holders.get(owner) ?? [];
    if (marks[before] === MARK.beginShared || marks[before] === MARK.beginAlone) {
      held.push(rowOf(events[before]!));
      holders.set(owner, held);
    } else if (marks[before] === MARK.endShared || marks[before] === MARK.endAlone) held.pop();
  }
  const rows = [...holders.values()].flat();
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
    at: Math.max(ops.complete[row]!, ...proofs.map((proof) => ops.complete[proof]!).filter(isFinite)),
  };
}

const MOST_NAMED = 3;
const isFinite = (place: number): boolean => place !== 0x7f_ff_ff_ff;

/** A hold that an open release may seem to have ended: the releases that prove the contrary. */
function lateProof(
  { ops, events }: Pick<Part, "ops" | "events">,
  holder: number,
  at: number,
): readonly number[] {
  let open = -1;
  for (let place = 0; place < events.length; place += 1) {
    const row = rowOf(events[place]!);
    if (row <= holder || isReturn(events[place]!) || ops.owner[row] !== ops.owner[holder]) continue;
    if (ops.outcome[row] === OUTCOME.info) {
      if (place < at && open < 0) open = row;
    } else return open < 0 ? [] : [open, row];
  }
  return [];
}
