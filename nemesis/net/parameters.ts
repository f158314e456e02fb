/** Parameters that faults of the network share. */
import { LockjepsenError } from "../../src/error.js";
import { unknownName } from "../../src/suggest.js";
import { formatDuration, parseRange } from "../../src/units.js";
import type { Parameter, PlannedFault } from "../types.js";

/** One of a few words. */
export function choice(description: string, words: readonly [string, ...string[]]): Parameter {
  return {
    description,
    default: words[0],
    draw(text) {
      if (words.includes(text)) return text;
      throw unknownName("word", text, words);
    },
  };
}

/** Names of hosts, or of their roles. */
export function hostNames(description: string, usual: string): Parameter {
  return {
    description,
    default: usual,
    draw(text) {
      const wrong = text.split(",").find((name) => !/^([nc][1-9]\d*|register|servers|clients)$/.test(name));
      if (wrong === undefined) return text;
      throw new LockjepsenError(
        "usage",
        `"${wrong}" is no host`,
        "name n1 ..., c1 ..., register, servers or clients, with commas",
      );
    },
  };
}

/** A parameter's value, as it was drawn. */
export const textOf = ({ parameters }: PlannedFault, key: string): string => String(parameters[key] ?? "");

/** A time, or a range of times to draw from: `200ms`, `50-250ms`. `0` is none. */
export function time(description: string, usual: string, { max = Infinity } = {}): Parameter {
  return {
    description,
    default: usual,
    draw(text, random) {
      // A plan holds plain ms, and is itself a schedule.
      const range = parseRange(/^\d+$/.test(text) ? `${text}ms` : text, "--fault");
      if (range.max > max)
        throw new LockjepsenError(
          "usage",
          `--fault: ${text} is out of range`,
          `take at most ${formatDuration(max)}`,
        );
      return Math.round(random.between(range.min, range.max));
    },
  };
}

/** `10%`, or 0.1 as a plan has it. */
export function share(description: string): Parameter {
  return {
    description,
    default: "0%",
    draw(text) {
      const [, number = "", sign = ""] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text) ?? [];
      const value = number === "" ? Number.NaN : Number(number) / (sign ? 100 : 1);
      if (value >= 0 && value <= 1) return value;
      throw new LockjepsenError("usage", `"${text}" is no share of packets`, "write 0% to 100%");
    },
  };
}

const RATE_UNITS: Readonly<Record<string, number>> = { kbit: 1, mbit: 1_000, gbit: 1_000_000 };

/** `64kbit`, per second, as kbit/s; 0: no limit. */
export function rate(description: string): Parameter {
  return {
    description,
    default: "0",
    draw(text) {
      const [, number, unit = "kbit"] = /^(\d+(?:\.\d+)?)\s*([kmg]bit)?$/.exec(text) ?? [];
      const kbit = Number(number) * (RATE_UNITS[unit] ?? Number.NaN);
      if (kbit >= 0) return kbit;
      throw new LockjepsenError("usage", `"${text}" is no rate`, "write 64kbit, 1mbit or 0 for no limit");
    },
  };
}

export const numberOf = ({ parameters }: PlannedFault, key: string): number => Number(parameters[key] ?? 0);
