/**
 * EDN, as Jepsen and Knossos print it, as plain values: maps are objects, keywords and symbols strings, sets `Set`s,
 * tagged values (`#jepsen.history.Op{...}`, `#inst "..."`) what the tag stands before. https://github.com/edn-format/edn
 */

/** The bytes end within a form: there may be more of it. */
export class Unfinished extends Error {}
/** Not EDN. `at` is the byte. */
export class NotEdn extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

export interface EdnReader {
  /** Reads one form from a byte on. Throws {@link Unfinished} and {@link NotEdn}. */
  read(bytes: Buffer, from: number, to: number): { readonly value: unknown; readonly end: number };
  /** Place of the next byte that is neither space nor comment nor discarded. */
  skip(bytes: Buffer, from: number, to: number): number;
}

/** Deeper than any history, and less than the stack bears. */
const DEEPEST = 200;
const DELIMITERS: ReadonlySet<number> = new Set(Buffer.from(' \t\r\n,()[]{}";'));
const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
const WORDS: Readonly<Record<string, unknown>> = { nil: null, true: true, false: false };

export function ednReader(): EdnReader {
  let bytes: Buffer = Buffer.alloc(0);
  let at = 0;
  let end = 0;
  /** Short words by their text: keywords stand in every form. */
  const known = new Map<string, unknown>();

  const peek = (): string => (at < end ? String.fromCharCode(bytes[at]!) : "");

  function skip(): void {
    while (at < end) {
      const byte = bytes[at]!;
      if (byte === 0x20 || byte === 0x2c || (byte >= 0x09 && byte <= 0x0d)) at += 1;
      else if (byte === 0x3b) {
        const newline = bytes.indexOf(0x0a, at);
        if (newline < 0 || newline >= end) throw new Unfinished();
        at = newline + 1;
      } else if (byte === 0x23 && bytes[at + 1] === 0x5f && at + 1 < end) {
        at += 2;
        form(0);
      } else return;
    }
  }

  function form(depth: number): unknown {
    if (depth > DEEPEST) throw new NotEdn(`nested deeper than ${DEEPEST}`, at);
    skip();
    if (at >= end) throw new Unfinished();
    const character = peek();
    switch (character) {
      case "{":
        return map(depth);
      case "[":
      case "(":
        return sequence(depth);
      case '"':
        return text();
      case "\\":
        return char();
      case "#":
        return tagged(depth);
      case ")":
      case "]":
      case "}":
        throw new NotEdn(`"${character}" closes what was not opened`, at);
      default:
        return word();
    }
  }

  function sequence(depth: number): unknown[] {
    const closer = CLOSERS[peek()]!.charCodeAt(0);
    at += 1;
    const values: unknown[] = [];
    for (;;) {
      skip();
      if (at >= end) throw new Unfinished();
      if (bytes[at] === closer) {
        at += 1;
        return values;
      }
      values.push(form(depth + 1));
    }
  }

  function map(depth: number): unknown {
    const begin = at;
    const values = sequence(depth);
    if (values.length % 2 === 1) throw new NotEdn("a map has a key without a value", begin);
    const fields: [string, unknown][] = [];
    for (let n = 0; n < values.length; n += 2) {
      const name = values[n];
      fields.push([typeof name === "string" ? name : (JSON.stringify(name) ?? "nil"), values[n + 1]]);
    }
    return Object.fromEntries(fields);
  }

  function tagged(depth: number): unknown {
    at += 1;
    if (at >= end) throw new Unfinished();
    if (peek() === "{") return new Set(sequence(depth));
    if (peek() === "#") {
      at += 1;
      const symbol = rawWord();
      if (["NaN", "Inf", "-Inf"].includes(symbol)) return symbol;
      throw new NotEdn(`##${symbol} is no number`, at);
    }
    if (!/[A-Za-z]/.test(peek())) throw new NotEdn("a # stands before nothing", at);
    rawWord();
    return form(depth + 1);
  }

  function text(): string {
    const begin = at;
    at += 1;
    let escaped = false;
    for (; at < end; at += 1) {
      const byte = bytes[at]!;
      if (byte === 0x5c) {
        escaped = true;
        at += 1;
      } else if (byte === 0x22) {
        at += 1;
        const inner = bytes.toString("utf8", begin + 1, at - 1);
        return escaped ? unescaped(inner, begin) : inner;
      }
    }
    throw new Unfinished();
  }

  function unescaped(inner: string, begin: number): string {
    return inner.replaceAll(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, code: string) => {
      if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
      if (code === '"' || code === "\\") return code;
      const character = ESCAPES[code];
      if (character === undefined) throw new NotEdn(`\\${code} in a text means nothing`, begin);
      return character;
    });
  }

  function char(): string {
    at += 1;
    const first = at;
    at += 1;
    while (at < end && !DELIMITERS.has(bytes[at]!)) at += 1;
    if (at >= end) throw new Unfinished();
    return bytes.toString("utf8", first, at);
  }

  function rawWord(): string {
    const from = at;
    while (at < end && !DELIMITERS.has(bytes[at]!)) at += 1;
    // A word that the bytes end in may go on.
    if (at >= end) throw new Unfinished();
    return bytes.toString("latin1", from, at);
  }

  function word(): unknown {
    const from = at;
    const raw = rawWord();
    const before = known.get(raw);
    if (before !== undefined) return before;
    const value = meaning(raw, from);
    if (raw.startsWith(":") && known.size < 1_000) known.set(raw, value);
    return value;
  }

  return {
    read(given, from, to) {
      [bytes, at, end] = [given, from, to];
      const value = form(0);
      return { value, end: at };
    },
    skip(given, from, to) {
      [bytes, at, end] = [given, from, to];
      skip();
      return at;
    },
  };
}

function meaning(raw: string, at: number): unknown {
  if (raw < " " || raw.includes("\0")) throw new NotEdn("a control character stands in a word", at);
  if (raw.startsWith(":")) {
    if (raw.length === 1) throw new NotEdn("a : stands before nothing", at);
    return Buffer.from(raw.slice(1), "latin1").toString("utf8");
  }
  if (/^[+-]?\d/.test(raw)) return number(raw, at);
  return Object.hasOwn(WORDS, raw) ? WORDS[raw] : Buffer.from(raw, "latin1").toString("utf8");
}

function number(raw: string, at: number): unknown {
  if (/^[+-]?\d+N?$/.test(raw)) {
    const digits = raw.replace(/N$/, "").replace(/^\+/, "");
    return digits.length <= 15 ? Number(digits) : BigInt(digits);
  }
  if (/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?M?$/.test(raw)) return Number(raw.replace(/M$/, ""));
  const [, over, under] = /^([+-]?\d+)\/(\d+)$/.exec(raw) ?? [];
  if (over !== undefined && under !== undefined) return Number(over) / Number(under);
  throw new NotEdn(`"${raw.slice(0, 40)}" is no number`, at);
}
