import { micros } from "./columns.js";
import type { Op } from "../../history/pairs.js";
import { OPERATIONS, OUTCOMES, type Quantiles, type Series } from "./payload.js";

const BUCKETS = 120;
/** Not finer than this: a rate over a few ms says nothing. µs. */
const FINEST = 100_000;

/** Latency and rate over time. `end` is the run's, µs. */
export function makeSeries(ops: readonly Op[], end: number): Series {
  const bucket = Math.max(FINEST, Math.ceil((end + 1) / BUCKETS));
  const length = Math.floor(end / bucket) + 1;
  const seconds = bucket / 1e6;
  const place = (op: Op): number => Math.floor(micros(op.completion?.time ?? op.invoke.time) / bucket);

  const latency: Record<string, Quantiles> = {};
  for (const f of OPERATIONS) {
    const ended = Array.from({ length }, (): number[] => []);
    for (const op of ops) {
      if (op.f === f && op.outcome === "ok" && op.completion)
        ended[place(op)]?.push((op.completion.time - op.invoke.time) / 1e6);
    }
    for (const each of ended) each.sort((a, b) => a - b);
    if (ended.some((each) => each.length > 0))
      latency[f] = {
        p50: ended.map((each) => quantile(each, 0.5)),
        p99: ended.map((each) => quantile(each, 0.99)),
      };
  }

  const rate: Record<string, number[]> = {};
  for (const outcome of OUTCOMES) {
    const count = Array.from({ length }, () => 0);
    for (const op of ops) if (op.outcome === outcome) count[place(op)]! += 1;
    rate[outcome] = count.map((n) => Number((n / seconds).toFixed(2)));
  }
  return { bucket, latency, rate };
}

/** Nearest rank: one of the values that were measured. Three digits are plenty for a plot. */
function quantile(sorted: readonly number[], share: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return value === undefined ? null : Number(value.toPrecision(4));
}
