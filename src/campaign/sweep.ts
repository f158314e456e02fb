/** Dose and response: how likely is a violation, by how long a lease is and how long a fault lasts? */
import { UNCHALLENGED } from "../../checker/weak.js";
import type { RunOptions } from "../plan/options.js";
import { seedAfter } from "../plan/seed.js";
import { folded, percent } from "../report/text.js";
import { formatDuration } from "../units.js";
import type { Cell } from "./cells.js";
import type { Rate } from "./statistics.js";
import type { CellTally } from "./tally.js";

export interface SweepOptions {
  readonly ttlsMs: readonly number[];
  readonly faultsMs: readonly number[];
  readonly repeat: number;
  readonly seed: number;
  readonly shared: Omit<RunOptions, "ttlMs" | "faultMs" | "seed">;
}

/** One point of the sweep: so many runs of it could be judged, so many of these were violated. */
export interface Point {
  readonly ttlMs: number;
  readonly faultMs: number;
  readonly violated: Rate;
}

const nameOf = (ttlMs: number, faultMs: number): string =>
  `TTL ${formatDuration(ttlMs)}, fault ${formatDuration(faultMs)}`;

/** Every pair, each as often as asked, with seeds of its own. */
export function sweepCells({ ttlsMs, faultsMs, repeat, seed, shared }: SweepOptions): readonly Cell[] {
  return ttlsMs.flatMap((ttlMs) =>
    faultsMs.flatMap((faultMs) =>
      Array.from({ length: repeat }, (_, n) => ({
        key: `${nameOf(ttlMs, faultMs)}, seed ${seedAfter(seed, n)}`,
        options: { ...shared, ttlMs, faultMs: { min: faultMs, max: faultMs }, seed: seedAfter(seed, n) },
      })),
    ),
  );
}

/** `tallies`: of each cell, in their order. */
export function pointsOf(
  { ttlsMs, faultsMs, repeat }: SweepOptions,
  tallies: readonly CellTally[],
  rateOf: (count: number, total: number) => Rate,
): readonly Point[] {
  return ttlsMs.flatMap((ttlMs, row) =>
    faultsMs.map((faultMs, column) => {
      const first = (row * faultsMs.length + column) * repeat;
      const own = tallies.slice(first, first + repeat);
      const sum = (of: (tally: CellTally) => number): number => own.reduce((all, one) => all + of(one), 0);
      return {
        ttlMs,
        faultMs,
        violated: rateOf(
          sum(({ violated }) => violated.count),
          sum(({ violated, last }) => (isTooShort(last) ? 1 : violated.total)),
        ),
      };
    }),
  );
}

/**
 * A fault that ends before the lease does, and is too short to challenge anybody, breaks nothing: elsewhere that says too
 * little, here it is the very answer. Whatever else makes a run weak does so here, too.
 */
const isTooShort = (last: CellTally["last"]): boolean =>
  last?.verdict === "unknown" &&
  last.reasons.length === 1 &&
  last.reasons[0]?.startsWith(UNCHALLENGED) === true;

/** `4/5 (38 %-96 %)`; `-` where no run could be judged. */
const cell = ({ count, total, interval }: Rate): string =>
  total === 0 ? "-" : `${count}/${total} (${percent(interval.low)}-${percent(interval.high)})`;

function rowsOf(points: readonly Point[]): readonly (readonly string[])[] {
  const faults = [...new Set(points.map(({ faultMs }) => faultMs))];
  const ttls = [...new Set(points.map(({ ttlMs }) => ttlMs))];
  return [
    ["violated", ...faults.map((faultMs) => `fault ${formatDuration(faultMs)}`)],
    ...ttls.map((ttlMs) => [
      `TTL ${formatDuration(ttlMs)}`,
      ...points.filter((point) => point.ttlMs === ttlMs).map(({ violated }) => cell(violated)),
    ]),
  ];
}

export const sweepText = (points: readonly Point[], columns: number): string =>
  folded(rowsOf(points), columns)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");

export function sweepMarkdown(points: readonly Point[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const [head = [], ...rows] = rowsOf(points);
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}
