import { NIL } from "./columns.js";

/**
 * Values as numbers. A number that a double holds exactly (up to 2^53) is itself, `null` is {@link NIL}, and anything
 * else gets a code beyond all of those, the same for equal values.
 */
export interface Values {
  code(value: unknown): number;
  /** null for {@link NIL}. */
  valueOf(code: number): unknown;
  /** What is no number, by place. */
  readonly table: readonly unknown[];
}

/** Distinct values that are no numbers. Beyond it a file is hostile, or needs another tool. */
const MOST = 8_000_000;
const MOST_CHARACTERS = 512 << 20;

/** More distinct texts than memory should hold. */
export class TooManyValues extends Error {}

export function createValues(): Values {
  const codes = new Map<string, number>();
  const values: unknown[] = [];
  let characters = 0;

  function intern(text: string, value: unknown): number {
    const known = codes.get(text);
    if (known !== undefined) return known;
    characters += text.length;
    if (values.length >= MOST || characters > MOST_CHARACTERS)
      throw new TooManyValues(`more than ${values.length} different values that are no numbers`);
    const code = codeOfPlace(values.length);
    codes.set(text, code);
    values.push(value);
    return code;
  }

  return {
    code(value) {
      if (value === null || value === undefined) return NIL;
      if (typeof value === "number" && Math.abs(value) <= 2 ** 53) return value + 0;
      if (typeof value === "bigint" && value <= 2n ** 53n && value >= -(2n ** 53n)) return Number(value);
      if (typeof value === "string") return intern(`"${value}`, value);
      return intern(canonical(value), value);
    },
    valueOf: valuesFrom(values),
    table: values,
  };
}

/** What codes stand for, by a table. */
export const valuesFrom =
  (table: readonly unknown[]) =>
  (code: number): unknown =>
    code === NIL ? null : code < -(2 ** 53) ? table[placeOfCode(code)] : code;

/** What names stand for, by a table. */
export const namesFrom =
  (table: readonly unknown[]) =>
  (code: number): string => {
    const name = code < 0 ? table[-code - 1] : code;
    return typeof name === "string" ? name : canonical(name);
  };

/** Doubles between -2^53 and -2^54 are two apart. */
const codeOfPlace = (place: number): number => -(2 ** 53) - 2 * (place + 1);
const placeOfCode = (code: number): number => -(code + 2 ** 53) / 2 - 1;

/** Deeper than any value of a history, and less than the stack bears. */
const DEEPEST = 200;

/** A value within a value within a value ... */
export class TooDeep extends Error {}

/** The same text for equal values, whatever the order of their fields. Throws {@link TooDeep}. */
export function canonical(value: unknown, depth = 0): string {
  if (depth > DEEPEST) throw new TooDeep(`nested deeper than ${DEEPEST}`);
  const inner = (each: unknown): string => canonical(each, depth + 1);
  if (typeof value === "bigint") return String(value);
  if (value instanceof Set) return `#{${[...value].map(inner).sort().join(" ")}}`;
  if (Array.isArray(value)) return `[${value.map(inner).join(" ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([name, field]) => `${JSON.stringify(name)} ${inner(field)}`)
      .sort()
      .join(" ")}}`;
  return JSON.stringify(value) ?? "null";
}

/**
 * Names of processes and owners as int32: a whole number from 0 on is itself, any other name a negative one. Throws
 * {@link TooManyValues}.
 */
export interface Names {
  code(name: unknown): number;
  nameOf(code: number): string;
  /** Names that are no whole numbers, by place. */
  readonly table: readonly unknown[];
}

export function createNames(): Names {
  const values = createValues();
  const table: unknown[] = [];
  const places = new Map<number, number>();
  /** Names that are texts need no code of a value besides: a hostile history has millions of them. */
  const texts = new Map<string, number>();
  let characters = 0;

  function codeOfText(text: string): number {
    const known = texts.get(text);
    if (known !== undefined) return known;
    characters += text.length;
    if (texts.size >= MOST || characters > MOST_CHARACTERS)
      throw new TooManyValues(`more than ${texts.size} different names that are no numbers`);
    const code = -table.push(text);
    texts.set(text, code);
    return code;
  }

  return {
    code(name) {
      if (typeof name === "string") return codeOfText(name);
      const value = values.code(name);
      if (Number.isInteger(value) && value >= 0 && value < 2 ** 31) return value;
      const known = places.get(value);
      if (known !== undefined) return known;
      table.push(name);
      places.set(value, -table.length);
      return -table.length;
    },
    nameOf: namesFrom(table),
    table,
  };
}
