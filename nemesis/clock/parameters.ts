import { LockjepsenError } from "../../src/error.js";
import type { Random } from "../../src/random.js";
import { parseDuration } from "../../src/units.js";
import type { Parameter } from "../types.js";

/** Drawn offsets reach from a lease to this. */
const FAR_MS = 10 * 3_600_000;

export const DRAWN = "drawn";

/**
 * How far a clock is set: `3s`, `-10h`, or drawn: forward twice as often as back, and near twice as often as ten times as
 * far. Never less than a lease: what a clock is off by less, no lease of that length notices for long.
 */
export const drawOffset: Parameter["draw"] = (text, random, { ttlMs }) => {
  if (text === DRAWN) return sign(random) * Math.round(between(random, ttlMs, Math.max(ttlMs, FAR_MS)));
  if (/^-?\d+$/.test(text)) return Number(text); // ms, as an earlier plan has it
  const [, minus, length = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const ms = parseDuration(length, "--fault clock.offset");
  if (ms === 0) throw usage("clock.offset=0 is no fault", "write how far: 3s, -10h");
  return minus === "-" ? -ms : ms;
};

/** How much too fast a clock runs: `1%`, `-50%`, or drawn from 10 % to 100 %, fast twice as often as slow. */
export const drawRate: Parameter["draw"] = (text, random) => {
  if (text === DRAWN) {
    const share = Math.round(between(random, 10, 100)) / 100;
    return random.below(3) < 2 ? share : -share / 2; // never backwards
  }
  const [, number, percent] = /^([+-]?\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const rate = Number(number) / (percent ? 100 : 1);
  if (number === undefined || !Number.isFinite(rate) || rate === 0 || rate <= -1 || rate > 1_000)
    throw usage(`--fault clock.rate: "${text}" is no rate`, "write how much too fast, above -100%: 1%, -50%");
  return rate;
};

const sign = (random: Random): number => (random.below(3) < 2 ? 1 : -1);

/** Any order of magnitude as likely as any other. */
const between = (random: Random, min: number, max: number): number =>
  min * Math.exp(random.fraction() * Math.log(max / min));

const usage = (message: string, hint: string): LockjepsenError => new LockjepsenError("usage", message, hint);
