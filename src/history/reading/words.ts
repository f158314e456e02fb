import { isAnnotation } from "../event.js";
import { isTypeWord, TYPE } from "../draft.js";
import { isApart } from "../op-event.js";
import type { Literal } from "./literal.js";

/** A short text of a history, found by its bytes, with what it means where it stands. */
export interface Word {
  readonly text: string;
  /** One of {@link TYPE}; -1: no type of an event. */
  readonly type: number;
  /** Whether a process of this name is no client. */
  readonly apart: boolean;
  /** Whether an operation may be called so. */
  readonly isOperation: boolean;
  /** Place in the operations of the history; -1: nobody has asked for it yet. */
  operation: number;
  /** The text between its quotes, to be looked for; null: it has come but once. */
  quoted: Literal | null;
  /** Its last bytes, eight at most, as two numbers: of a shorter text they are all there is. */
  readonly high: number;
  readonly low: number;
}

/** Texts by their bytes. `high` and `low` are as in {@link Word}. null: it is too long to be kept. */
export type Words = (bytes: Buffer, from: number, to: number, high: number, low: number) => Word | null;

const SLOTS = 1 << 12;
const LONGEST = 40;
/** Bytes that `high` and `low` hold. */
const HELD = 8;

/** The same few texts stand in every line: each keeps its slot until another wants it. ASCII alone. */
export function createWords(): Words {
  const known: (Word | undefined)[] = Array.from({ length: SLOTS });
  return (bytes, from, to, high, low) => {
    if (to - from > LONGEST) return null;
    const mixed = Math.imul(low ^ Math.imul(high, 0x85_eb_ca_6b), 0x9e_37_79_b1);
    const slot = (mixed ^ (mixed >>> 15) ^ (to - from)) & (SLOTS - 1);
    const word = known[slot];
    if (word !== undefined && word.low === low && word.high === high && isAt(word.text, bytes, from, to))
      return word;
    const fresh = wordOf(bytes.toString("latin1", from, to), high, low);
    known[slot] = fresh;
    return fresh;
  };
}

const wordOf = (text: string, high: number, low: number): Word => ({
  text,
  type: isTypeWord(text) ? TYPE[text] : -1,
  apart: isApart(text),
  isOperation: text !== "" && !isAnnotation(text),
  operation: -1,
  quoted: null,
  high,
  low,
});

/** Whether a text is the one of these bytes, the last of which are known to be its own. */
function isAt(text: string, bytes: Buffer, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let n = 0; n < text.length - HELD; n += 1) if (text.charCodeAt(n) !== bytes[from + n]) return false;
  return true;
}
