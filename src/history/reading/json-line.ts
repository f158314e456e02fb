/**
 * One JSON line by its bytes, many times as fast as `JSON.parse`: no string and no object is made of what a judge does not
 * need. Lines of one writer have the same names in the same order, so what stood between two values in an earlier line
 * (`,"process":`) is compared as it stands, and only values are read.
 *
 * It knows the plain cases alone. At anything else, broken lines included, it gives up, and `JSON.parse` has the last word;
 * so there is no line that the two read differently.
 */
import { literalOf, SHORTEST, startsWith, viewOf, type Literal } from "./literal.js";
import { parseJson } from "./json-value.js";
import { createLine, FIELD, fieldOf, IGNORED, INNER, KIND, saidIn, type PlainLine } from "./plain-line.js";
import { createWords, type Word } from "./words.js";

export interface JsonLines {
  readonly line: PlainLine;
  /**
   * Reads the line that begins at `from`, and ends at `to` at the latest, into `line`. The place of its newline, or `to`;
   * -1: it takes `JSON.parse`.
   */
  read(bytes: Buffer, from: number, to: number): number;
}

/** What stands before a value, and what may follow behind it. */
interface Step {
  readonly literal: Literal;
  readonly field: number;
  /** Texts that have stood behind it, by some of their bytes. */
  readonly guesses: (Word | null)[];
  next: Step | null;
  /** Another one in this one's place. */
  other: Step | null;
}

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const SMALL_N = 0x6e;
const SMALL_T = 0x74;
const OPEN_MAP = 0x7b;
const CLOSE_MAP = 0x7d;
const TILDE = 0x7e;
const SPACE = 0x20;

/** More than lines of one writer have, and little memory. */
const MOST_STEPS = 1_000;
const MOST_OTHERS = 16;
const LONGEST_NAME = 64;
const GUESSES = 32;
/** Digits that an int32 holds, and that a double holds, for sure. */
const SHORT_DIGITS = 9;
const SAFE_DIGITS = 15;
/** Nanoseconds since 1970 have so many. */
const MOST_DIGITS = 19;
/** Times a thousand million, whole numbers below this are doubles: there are but 53 bits of it left. */
const MOST_THOUSAND_MILLIONS = 2 ** 32;
/** Lists in a list, maps in a map; beyond it they are left to JSON.parse. */
const MOST_NESTED = 4;

export function jsonLines(): JsonLines {
  const line = createLine();
  const { kinds, numbers, words, others } = line;
  const wordAt = createWords();
  const start = stepOf(NULL, IGNORED, null);
  let steps = 0;
  let chunk: Buffer = Buffer.alloc(0);
  let view = viewOf(chunk);

  /** Remembers what stands between two values, from `at` on. null: it is not plain, or there is too much of it. */
  function learn(before: Step, bytes: Buffer, at: number, to: number): Step | null {
    const begin = afterSpace(bytes, at, to);
    const name = afterSpace(bytes, begin + 1, to) + 1;
    if (bytes[begin] !== (before === start ? OPEN_MAP : COMMA) || bytes[name - 1] !== QUOTE) return null;
    let end = name;
    while (end < to && isPlain(bytes[end]!)) end += 1;
    const colon = afterSpace(bytes, end + 1, to);
    const place = afterSpace(bytes, colon + 1, to);
    if (place >= to || bytes[end] !== QUOTE || bytes[colon] !== COLON) return null;
    if (end - name > LONGEST_NAME || steps >= MOST_STEPS) return null;
    let others = 0;
    for (let step = before.next; step !== null; step = step.other) others += 1;
    if (others >= MOST_OTHERS) return null;
    steps += 1;
    const field = fieldOf(bytes.toString("latin1", name, end));
    before.next = stepOf(literalOf(bytes.subarray(at, place)), field, before.next);
    return before.next;
  }

  function text(bytes: Buffer, from: number, to: number, field: number): number {
    let high = 0;
    let low = 0;
    let at = from;
    for (; at < to; at += 1) {
      const byte = bytes[at]!;
      if (!isPlain(byte)) break;
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | byte;
    }
    if (at >= to || bytes[at] !== QUOTE) return -1;
    if (field === IGNORED) return at + 1;
    const word = wordAt(bytes, from, at, high, low);
    if (word === null) {
      kinds[field] = KIND.other;
      others[field] = bytes.toString("latin1", from, at);
    } else {
      kinds[field] = KIND.word;
      words[field] = word;
    }
    return at + 1;
  }

  function number(bytes: Buffer, from: number, to: number, field: number): number {
    const first = bytes[from] === MINUS ? from + 1 : from;
    let at = first;
    let head = 0;
    for (const stop = Math.min(to, first + SHORT_DIGITS); at < stop; at += 1) {
      const digit = bytes[at]! - ZERO;
      if (digit >>> 0 > 9) break;
      head = head * 10 + digit;
    }
    let value = head;
    if (at === first + SHORT_DIGITS) {
      let tail = 0;
      let scale = 1;
      for (const stop = Math.min(to, first + SAFE_DIGITS); at < stop; at += 1) {
        const digit = bytes[at]! - ZERO;
        if (digit >>> 0 > 9) break;
        tail = tail * 10 + digit;
        scale *= 10;
      }
      value = head * scale + tail;
      if (at < to && isDigit(bytes[at]!)) {
        // Elsewhere it would lose digits as a double. Nobody judges by the last ones of a time.
        if (field !== FIELD.time && field !== IGNORED) return -1;
        while (at < to && isDigit(bytes[at]!)) at += 1;
        value = at - first > MOST_DIGITS ? Number.NaN : longNumber(bytes, first, at);
        if (Number.isNaN(value)) return -1;
      }
    }
    if (at === first || at >= to || (bytes[first] === ZERO && at > first + 1)) return -1;
    const next = bytes[at];
    if (next !== COMMA && next !== CLOSE_MAP && next !== CLOSE_LIST && next !== SPACE) return -1;
    kinds[field] = KIND.number;
    numbers[field] = first === from ? value : -value;
    return at;
  }

  function other(bytes: Buffer, from: number, to: number, field: number, depth: number): number {
    const byte = bytes[from];
    if (byte === OPEN_LIST) return list(bytes, from, to, field, depth);
    kinds[field] = KIND.other;
    if (byte === OPEN_MAP) return map(bytes, from, to, field);
    others[field] = byte === SMALL_N ? null : byte === SMALL_T;
    const literal = byte === SMALL_N ? NULL : byte === SMALL_T ? TRUE : FALSE;
    return startsWith(view, from, to, literal) ? from + literal.length : -1;
  }

  function list(bytes: Buffer, from: number, to: number, field: number, depth: number): number {
    if (depth >= MOST_NESTED) return -1;
    const values: unknown[] = [];
    let at = afterSpace(bytes, from + 1, to);
    if (bytes[at] === CLOSE_LIST) at += 1;
    else
      for (;;) {
        at = value(bytes, at, to, INNER, depth + 1);
        if (at < 0) return -1;
        values.push(saidIn(line, INNER));
        at = afterSpace(bytes, at, to);
        if (at >= to) return -1;
        const byte = bytes[at];
        at += 1;
        if (byte === CLOSE_LIST) break;
        if (byte !== COMMA) return -1;
        at = afterSpace(bytes, at, to);
      }
    if (at > to) return -1;
    kinds[field] = KIND.other;
    others[field] = values;
    return at;
  }

  /** A map is left to JSON.parse, but the line that it stands in is not. */
  function map(bytes: Buffer, from: number, to: number, field: number): number {
    const end = endOfMap(bytes, from, to);
    if (end < 0) return -1;
    try {
      others[field] = parseJson(bytes.toString("latin1", from, end));
    } catch {
      return -1;
    }
    return end;
  }

  /** Reads a text as one that has stood behind this step before, if it is that. -1: it is another. */
  function guessed(bytes: Buffer, at: number, to: number, step: Step): number {
    if (at + SHORTEST > to) return -1;
    const guess = (bytes[at + 1]! + 5 * bytes[at + 3]!) & (GUESSES - 1);
    const word = step.guesses[guess]!;
    const { field } = step;
    if (word !== null && startsWith(view, at, to, word.quoted!)) {
      kinds[field] = KIND.word;
      words[field] = word;
      return at + word.quoted!.length;
    }
    const end = text(bytes, at + 1, to, field);
    if (end >= at + SHORTEST && kinds[field] === KIND.word && field !== IGNORED) {
      const found = words[field]!;
      found.quoted ??= literalOf(bytes.subarray(at, end));
      step.guesses[guess] = found;
    }
    return end;
  }

  /** Reads a value into the cell of a field. The place behind it; -1: it is not plain. */
  function value(bytes: Buffer, at: number, to: number, field: number, depth: number): number {
    if (at >= to) return -1;
    const byte = bytes[at]!;
    if (byte === QUOTE) return text(bytes, at + 1, to, field);
    if (isDigit(byte) || byte === MINUS) return number(bytes, at, to, field);
    return other(bytes, at, to, field, depth);
  }

  return {
    line,
    read(bytes, from, to) {
      if (bytes !== chunk) {
        chunk = bytes;
        view = viewOf(bytes);
      }
      let seen = 0;
      let at = from;
      let before = start;
      for (;;) {
        let step = before.next;
        while (step !== null && !startsWith(view, at, to, step.literal)) step = step.other;
        step ??= learn(before, bytes, at, to);
        if (step === null) return -1;
        at += step.literal.length;
        at = bytes[at] === QUOTE ? guessed(bytes, at, to, step) : value(bytes, at, to, step.field, 0);
        if (at < 0 || at >= to) return -1;
        seen |= 1 << step.field;
        if (bytes[at] === SPACE) at = afterSpace(bytes, at, to);
        if (bytes[at] === CLOSE_MAP && at < to) break;
        before = step;
      }
      line.seen = seen;
      at = afterSpace(bytes, at + 1, to);
      return at === to || bytes[at] === NEWLINE ? at : -1;
    },
  };
}

const NULL = literalOf(Buffer.from("null"));
const TRUE = literalOf(Buffer.from("true"));
const FALSE = literalOf(Buffer.from("false"));

const stepOf = (literal: Literal, field: number, other: Step | null): Step => ({
  literal,
  field,
  guesses: Array.from({ length: GUESSES }, () => null),
  next: null,
  other,
});

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;
/** A character of a text that stands for itself. */
const isPlain = (byte: number): boolean =>
  byte >= SPACE && byte <= TILDE && byte !== QUOTE && byte !== BACKSLASH;

/** Past a line's end there is no space any more, nor anything else. */
function afterSpace(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === SPACE || bytes[at] === 0x09 || bytes[at] === 0x0d)) at += 1;
  return at;
}

/** The double that is nearest to sixteen digits or more; NaN: it takes more care. */
function longNumber(bytes: Buffer, from: number, to: number): number {
  let head = 0;
  let tail = 0;
  for (let at = from; at < to - SHORT_DIGITS; at += 1) head = head * 10 + (bytes[at]! - ZERO);
  for (let at = to - SHORT_DIGITS; at < to; at += 1) tail = tail * 10 + (bytes[at]! - ZERO);
  // The product is a double without loss, so there is one rounding, as there should be.
  return head < MOST_THOUSAND_MILLIONS ? head * 1e9 + tail : Number.NaN;
}

/** The place behind a plain map without long numbers; -1: it is none. */
function endOfMap(bytes: Buffer, from: number, to: number): number {
  let depth = 0;
  let digits = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!;
    digits = isDigit(byte) ? digits + 1 : 0;
    if (digits > SAFE_DIGITS) return -1;
    if (byte === QUOTE) {
      at += 1;
      while (at < to && isPlain(bytes[at]!)) at += 1;
      if (bytes[at] !== QUOTE) return -1;
    } else if (!isPlain(byte)) return -1;
    else if (byte === OPEN_MAP || byte === OPEN_LIST) {
      depth += 1;
      if (depth > MOST_NESTED) return -1;
    } else if (byte === CLOSE_MAP || byte === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}
