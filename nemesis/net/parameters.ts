/** What typed parameters of the network's faults become. What an earlier plan holds is read as it stands there. */
import { LockjepsenError } from "../../src/error.js";
import { parseRange } from "../../src/units.js";
import type { Parameter, PlannedFault } from "../types.js";

type Draw = Parameter["draw"];

/** Names of hosts, or of their roles: as it was typed. */
export const hostsOf =
  (name: string): Draw =>
  (text) => {
    const wrong = text.split(",").find((host) => !/^([nc][1-9]\d*|register|servers|clients)$/.test(host));
    if (wrong === undefined) return text;
    throw new LockjepsenError(
      "usage",
      `--fault ${name}: "${wrong}" is no host`,
      "name n1 ..., c1 ..., register, servers or clients, with commas",
    );
  };

/** `200ms`, or drawn from `50-250ms`; in ms. */
export const timeOf =
  (name: string): Draw =>
  (text, random) => {
    const { min, max } = parseRange(/^\d+$/.test(text) ? `${text}ms` : text, `--fault ${name}`);
    return Math.round(random.between(min, max));
  };

/** As {@link timeOf}; `lease` is drawn from a range of leases. */
export const timeOrLease =
  (name: string, leases: { readonly min: number; readonly max: number }): Draw =>
  (text, random, { ttlMs }) =>
    text === "lease"
      ? Math.round(random.between(leases.min, leases.max) * ttlMs)
      : Number(timeOf(name)(text, random, { ttlMs }));

/** `10%` as 0.1. */
export const shareOf =
  (name: string): Draw =>
  (text) => {
    const [, number = "", sign = ""] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text) ?? [];
    const value = number === "" ? Number.NaN : Number(number) / (sign ? 100 : 1);
    if (value >= 0 && value <= 1) return value;
    throw new LockjepsenError(
      "usage",
      `--fault ${name}: "${text}" is no share of packets`,
      "write 0% to 100%",
    );
  };

const UNITS: Readonly<Record<string, number>> = { kbit: 1, mbit: 1_000, gbit: 1_000_000 };

/** `1mbit` as 1000 kbit/s; 0: no limit. */
export const rateOf =
  (name: string): Draw =>
  (text) => {
    const [, number, unit = "kbit"] = /^(\d+(?:\.\d+)?)\s*([kmg]bit)?$/.exec(text) ?? [];
    const kbit = Number(number) * (UNITS[unit] ?? Number.NaN);
    if (kbit >= 0) return kbit;
    throw new LockjepsenError(
      "usage",
      `--fault ${name}: "${text}" is no rate`,
      "write 64kbit, 1mbit, or 0 for no limit",
    );
  };

/** A parameter's value, as it was drawn. */
export const textOf = ({ parameters }: PlannedFault, key: string): string => String(parameters[key] ?? "");
export const numberOf = ({ parameters }: PlannedFault, key: string): number => Number(parameters[key] ?? 0);
