/**
 * The marks of `holds.ts` for a lock that one owner has alone and never twice, by a table: what an owner is in, and what
 * happens, give what it is in next. Which of several clients acts next no processor can foresee, so branches on it would
 * cost more than all else.
 */
import { F, OUTCOME, rowOf } from "../../src/history/columns.js";
import { MARK, type Marks } from "./holds.js";
import { placesOf } from "./places.js";
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
  lettingGo: 13,
  beginsAgain: 14,
  unheld: 15,
  /** It was granted what it held: the sweep comes no further. */
  twice: 16,
  /** The sweep does not know of this. */
  beyond: 17,
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
  ["maybe", release, "proving", "proofAlone"],
  ["proving", released, "retired", "endProof"],
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

const NEXT = new Uint8Array(STATE.lettingGo * EVENTS).fill(STATE.beyond);
const MARKS = new Uint8Array(STATE.lettingGo * EVENTS);
for (const [from, by, to, mark = "none"] of STEPS) {
  NEXT[STATE[from] * EVENTS + by] = STATE[to];
  MARKS[STATE[from] * EVENTS + by] = MARK[mark];
}

/** Marks the events of a part, of acquires and releases alone. null: somebody acts in a way that the sweep does not know. */
export function mutexMarksOf({ ops, events }: Part): Marks | null {
  const { f, outcome, owner } = ops;
  const { place, base, count } = placesOf(events, owner, Number.NaN);
  const marks = new Uint8Array(events.length);
  const states = new Uint8Array(count);
  /** Of the owners that an open release may have freed, where that was. */
  const letGo = new Map<number, number>();
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at]!;
    const row = rowOf(event);
    const who = base === null ? place(owner[row]!) : owner[row]! - base;
    const step = states[who]! * EVENTS + codeOf(f[row]!, event & 1, outcome[row]!);
    const next = NEXT[step]!;
    marks[at] = MARKS[step]!;
    states[who] = next;
    if (next < STATE.lettingGo) continue;
    if (next === STATE.beyond) return null;
    if (next === STATE.unheld) return { marks, unheld: row };
    if (next === STATE.twice) return { marks, unheld: -1 };
    if (next === STATE.lettingGo) {
      letGo.set(who, at);
      states[who] = STATE.letGo;
    } else {
      marks[letGo.get(who)!] = MARK.none;
      states[who] = STATE.releasingAgain;
    }
  }
  return { marks, unheld: -1 };
}
