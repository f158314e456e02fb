import { build } from "hdr-histogram-js";
import type { Analysis } from "./analysis.js";
import type { Percentiles, Verdict } from "./types.js";
import { workloadGrants } from "./weak.js";

/** Latency in ms of what was answered, by operation; final ones are left out. */
export function latencyOf({ operations }: Analysis): Verdict["latency"] {
  const times: Record<string, number[]> = {};
  for (const { f, invoke, completion, outcome } of operations) {
    if (outcome !== "ok" || !completion || invoke.final) continue;
    (times[f] ??= []).push(completion.time - invoke.time);
  }
  return Object.fromEntries(Object.entries(times).map(([f, list]) => [f, percentiles(list)]));
}

const HOUR_US = 3_600_000_000;

/** Of times in ns, in ms; what took longer than an hour counts as an hour. */
export function percentiles(ns: readonly number[]): Percentiles {
  // µs, three digits.
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HOUR_US,
    numberOfSignificantValueDigits: 3,
  });
  for (const value of ns) histogram.recordValue(Math.min(Math.max(1, Math.round(value / 1e3)), HOUR_US));
  // The upper end of a value's bucket may lie past the greatest value there is.
  const at = (percentile: number): number =>
    Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue) / 1e3;
  return { count: ns.length, p50: at(50), p90: at(90), p99: at(99), max: histogram.maxValue / 1e3 };
}

/** Grants a second from the first acquire to the end of the workload. */
export function throughputOf(analysis: Analysis): number {
  const first = analysis.operations.find(({ f }) => f === "acquire");
  const end = analysis.healed ?? analysis.end;
  const seconds = first ? (end - first.invoke.time) / 1e9 : 0;
  return seconds > 0 ? Math.round((workloadGrants(analysis).length / seconds) * 100) / 100 : 0;
}

/**
 * What the clients' hosts sent until the workload ended, without what went to the register: of that each request is one
 * segment.
 */
export function requestsPerGrantOf(analysis: Analysis): number | null {
  const { traffic, operations } = analysis;
  const grants = workloadGrants(analysis).length;
  if (typeof traffic?.value !== "number" || grants === 0) return null;
  const toRegister = operations.filter(
    ({ f, invoke }) => (f === "read" || f === "write") && invoke.time <= traffic.time,
  ).length;
  return Math.round((Math.max(0, traffic.value - toRegister) / grants) * 10) / 10;
}
