/**
 * The marks of `holds.ts` for a lock that one owner has alone and never twice, by a table: what an owner is in, and what
 * happens, give what it is in next. Which of several clients acts next no processor can foresee, so branches on it would
 * cost more than all else.
 */
import { F, OUTCOME, rowOf } from "../../src/history/columns.js";
import { MARK, type Marks } from "./holds.js";
import { placesOf, type Places } from "./places.js";
import type { Part } from "./types.js";

/** What an owner is in. */
const STATE = {
  free: 0,
  asking: 1,
  holding: 2,
  releasing: 3,
  /** It holds, and asks for more. */
  askingMore: 4,
  /** It releases what it does not hold. */
  astray: 5,
  /** An open acquire may have got it the lock; perhaps while it held it already. */
  maybe: 6,
  holdingMaybe: 7,
  releasingMaybe: 8,
  proving: 9,
  /** An open release may have ended its hold; or not, as a second one shows. */
  letGo: 10,
  releasingAgain: 11,
  /** Something open may yet have its effect. */
  retired: 12,
  // These do more than to go on.
  beginsProof: 13,
  endsProof: 14,
  lettingGo: 15,
  beginsAgain: 16,
  unheld: 17,
  /** It was granted what it held: the sweep comes no further. */
  twice: 18,
  /** The sweep does not know of this. */
  beyond: 19,
} as const;
type State = keyof typeof STATE;

const EVENTS = 16;
/** What happens, as a number below {@link EVENTS}. */
const codeOf = (f: number, returns: number, outcome: number): number => f | (returns << 1) | (outcome << 2);

const ask = codeOf(F.acquire, 0, OUTCOME.ok);
const got = codeOf(F.acquire, 1, OUTCOME.ok);
const askOpen = codeOf(F.acquire, 0, OUTCOME.info);
const release = codeOf(F.release, 0, OUTCOME.ok);
const released = codeOf(F.release, 1, OUTCOME.ok);
const releaseOpen = codeOf(F.release, 0, OUTCOME.info);

/** From, by what, to; and what that means to the lock. Anything else is beyond. */
const STEPS: readonly (readonly [from: State, by: number, to: State, mark?: keyof typeof MARK])[] = [
  ["free", ask, "asking"],
  ["asking", got, "holding", "beginAlone"],
  ["holding", release, "releasing", "endAlone"],
  ["releasing", released, "free"],
  ["holding", ask, "askingMore"],
  ["askingMore", got, "twice", "beginAlone"],
  ["free", release, "astray"],
  ["astray", released, "unheld"],
  ["free", askOpen, "maybe"],
  ["maybe", releaseOpen, "maybe"],
  ["maybe", release, "beginsProof", "proofAlone"],
  ["proving", released, "endsProof", "endProof"],
  ["holding", askOpen, "holdingMaybe"],
  ["holdingMaybe", release, "releasingMaybe", "endAlone"],
  ["releasingMaybe", released, "maybe"],
  ["free", releaseOpen, "retired"],
  ["retired", releaseOpen, "retired"],
  ["retired", release, "astray"],
  ["holding", releaseOpen, "lettingGo", "endAlone"],
  ["letGo", releaseOpen, "letGo"],
  ["letGo", release, "beginsAgain", "endAlone"],
  ["releasingAgain", released, "retired"],
];

/** States up to here are such; from there on they do more than to go on. */
const STATES = STATE.beginsProof;
const NEXT = new Uint8Array(STATES * EVENTS).fill(STATE.beyond);
const MARKS = new Uint8Array(STATES * EVENTS);
/** By how many a step makes those who hold more. */
const ADDS = new Int8Array(STATES * EVENTS);
for (const [from, by, to, mark = "none"] of STEPS) {
  const step = STATE[from] * EVENTS + by;
  NEXT[step] = STATE[to];
  MARKS[step] = MARK[mark];
  ADDS[step] = mark === "beginAlone" ? 1 : mark === "endAlone" ? -1 : 0;
}

/** What marking found besides, as places of events. */
interface Found {
  /** Where it comes no further; the number of events: nowhere. */
  end: number;
  /** null: a sweep must tell. */
  tooMany: number | null;
}

/** Marks the events of a part, of acquires and releases alone. null: somebody acts in a way that the sweep does not know. */
export function mutexMarksOf(part: Part): Marks | null {
  const { ops, events } = part;
  const places = placesOf(events, ops.owner, false);
  const marks = new Uint8Array(events.length);
  const states = new Uint8Array(places.count);
  const found: Found = { end: 0, tooMany: -1 };
  mark(part, places, marks, states, found);
  const { end, tooMany } = found;
  const event = events[end];
  if (event === undefined) return { marks, unheld: -1, tooMany };
  const row = rowOf(event);
  const state = states[places.place(ops.owner[row]!)];
  if (state === STATE.beyond) return null;
  return { marks, unheld: state === STATE.unheld ? row : -1, tooMany };
}

/** Marks events up to the place where it comes no further. (`partition.ts` says why the loop stands by itself.) */
function mark(
  { ops, events }: Part,
  { place, isDirect, base }: Places,
  marks: Uint8Array,
  states: Uint8Array,
  found: Found,
): void {
  const { f, outcome, owner } = ops;
  /** Of the owners that an open release may have freed, where that was. */
  const letGo = new Map<number, number>();
  /** Of the owners that must have had the lock for a moment: how many free ones there had been before. */
  const proving = new Map<number, number>();
  /** As long as it is -1 nobody or one holds: never more, and never less. */
  let tooMany = -1;
  let isSure = true;
  let held = 0;
  let free = 0;
  let at = 0;
  for (; at < events.length; at += 1) {
    const event = events[at]!;
    const row = rowOf(event);
    const who = isDirect ? owner[row]! - base : place(owner[row]!);
    const step = states[who]! * EVENTS + codeOf(f[row]!, event & 1, outcome[row]!);
    const next = NEXT[step]!;
    marks[at] = MARKS[step]!;
    held += ADDS[step]!;
    if (held > 1 && tooMany < 0) tooMany = at;
    states[who] = next;
    if (next >= STATES) {
      if (next >= STATE.unheld) break;
      if (next === STATE.lettingGo) letGo.set(who, at);
      else if (next === STATE.beginsAgain) {
        marks[letGo.get(who)!] = MARK.none;
        // What it held all the while is not in the sum.
        isSure = false;
      } else if (next === STATE.beginsProof) proving.set(who, free);
      else if (tooMany < 0 && proving.get(who) === free) tooMany = at;
      states[who] = AFTER[next - STATES]!;
    }
    free += 1 - held;
  }
  found.end = at;
  found.tooMany = isSure ? tooMany : null;
}

/** What an owner is in when that is done, by what it was from {@link STATES} on. */
const AFTER = Uint8Array.of(STATE.proving, STATE.retired, STATE.letGo, STATE.releasingAgain);
