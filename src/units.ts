import { LockjepsenError } from "./error.js";
import type { Range } from "./plan/types.js";

/** ms in one of each unit, the largest first. */
const UNITS = new Map([
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
]);

const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/;
const RANGE = /^(\d+(?:\.\d+)?\s*(?:ms|s|m|h)?)\s*-\s*(\d.*)$/;

/** `500ms`, `2s`, `1.5s`, `1m`, `8h` as whole ms. `option` names the source of a bad one. */
export function parseDuration(text: string, option: string): number {
  const ms = readDuration(text.trim());
  if (ms !== null) return ms;
  throw new LockjepsenError(
    "usage",
    `${option}: "${text}" is not a duration`,
    "write a number and a unit (ms, s, m, h), no finer than 1ms: 500ms, 2s, 1m, 8h",
  );
}

/** `0-500ms`, `1s-2s`, `1-2s` (the unit of the end holds for both), or one duration for both ends. */
export function parseRange(text: string, option: string): Range {
  const trimmed = text.trim();
  const [, from, to] = RANGE.exec(trimmed) ?? [null, trimmed, trimmed];
  const max = readDuration(to ?? "");
  const min = readDuration(from ?? "") ?? readDuration(`${from}${/[a-z]+$/.exec(to ?? "")?.[0]}`);
  if (min === null || max === null)
    throw new LockjepsenError(
      "usage",
      `${option}: "${text}" is not a range of durations`,
      "write both ends, or one for both: 0-500ms, 1s-2s, 300ms",
    );
  if (min > max)
    throw new LockjepsenError(
      "usage",
      `${option}: the range "${text}" ends before it begins`,
      `swap its ends: ${formatRange({ min: max, max: min })}`,
    );
  return { min, max };
}

const SIZES: Readonly<Record<string, number>> = { M: 2 ** 20, G: 2 ** 30 };

/** `500M`, `2G` as bytes. */
export function parseSize(text: string, option: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([MG])i?B?$/i.exec(text.trim()) ?? [];
  if (number !== undefined && unit !== undefined && Number(number) > 0)
    return Number(number) * (SIZES[unit.toUpperCase()] ?? 1);
  throw new LockjepsenError(
    "usage",
    `${option}: "${text}" is not a size`,
    "write a number and a unit (M, G): 500M, 2G",
  );
}

/** The shortest exact form: what {@link parseDuration} reads back as the same. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0s";
  // 60s and 90s are how such lengths are usually said; whole minutes read better only when they are many.
  const fits = [...UNITS].find(([unit, size]) => ms % size === 0 && (unit !== "m" || ms >= 600_000));
  const [unit, size] = fits ?? ["ms", 1];
  return `${ms / size}${unit}`;
}

/** `0-500ms`, `1s-2s`, `300ms`. */
export function formatRange(range: Range): string {
  if (range.min === range.max) return formatDuration(range.min);
  return `${range.min === 0 ? "0" : formatDuration(range.min)}-${formatDuration(range.max)}`;
}

/** A measured time for people, three digits of it: `3.2 ms`, `870 ms`, `4.15 s`, `12.3 s`, `1 min 30 s`. */
export function formatTime(ms: number): string {
  if (ms < 999.5) return `${digits(ms)} ms`;
  if (ms < 59_950) return `${digits(ms / 1_000)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function readDuration(text: string): number | null {
  if (text === "0") return 0;
  const [, number, unit] = DURATION.exec(text) ?? [];
  const size = UNITS.get(unit ?? "");
  if (number === undefined || size === undefined) return null;
  // Rounded far below what counts: 0.1 x 3 is not 0.3 in floating point.
  const ms = Number((Number(number) * size).toFixed(6));
  return Number.isSafeInteger(ms) ? ms : null;
}
