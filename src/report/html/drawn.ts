import type { Finding } from "../../../checker/types.js";
import { micros } from "./columns.js";
import type { Op } from "../../history/pairs.js";
import type { Drawn } from "./payload.js";

/** More operations than this make a file that opens slowly. */
export const MOST_OPERATIONS = 60_000;
const SLICES = 2_000;

/**
 * Which stretches of a long run the timeline draws: those around violations first, then those around notes, then from
 * the beginning, until `most` operations are spent. Null: the run is short enough to be drawn whole.
 */
export function chooseDrawn(
  ops: readonly Op[],
  findings: readonly Finding[],
  end: number,
  most = MOST_OPERATIONS,
): Drawn | null {
  if (ops.length <= most) return null;
  const width = Math.max(1, Math.ceil((end + 1) / SLICES));
  const sliceOf = (ns: number): number => Math.min(SLICES - 1, Math.floor(micros(ns) / width));
  const size = Array.from({ length: SLICES }, () => 0);
  for (const op of ops) size[sliceOf(op.invoke.time)]! += 1;

  const chosen = new Set<number>();
  let operations = 0;
  for (const slice of inOrder(findings, sliceOf)) {
    const more = size[slice] ?? 0;
    if (chosen.has(slice)) continue;
    // Whatever small slices would still fit: splinters of time show nothing.
    if (operations + more > most) break;
    chosen.add(slice);
    operations += more;
  }
  const spans: [number, number][] = [];
  for (const slice of [...chosen].toSorted((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last?.[1] === slice * width) last[1] += width;
    else spans.push([slice * width, (slice + 1) * width]);
  }
  return { spans, operations, of: ops.length };
}

/** Slices, the most telling first. A finding brings its neighbours: what led to it, and what came of it. */
function* inOrder(findings: readonly Finding[], sliceOf: (ns: number) => number): Iterable<number> {
  for (const severity of ["violation", "note"] as const)
    for (const finding of findings) {
      if (finding.severity !== severity) continue;
      const [from, to] = [sliceOf(finding.time), sliceOf(finding.until ?? finding.time)];
      for (let slice = Math.max(0, from - 1); slice <= Math.min(SLICES - 1, to + 1); slice += 1) yield slice;
    }
  for (let slice = 0; slice < SLICES; slice += 1) yield slice;
}

/** Whether something from `from` to `to` (µs) is in what is drawn. */
export function inside(drawn: Drawn | null, from: number, to: number): boolean {
  if (drawn === null) return true;
  // The last span that begins in time: if that one has ended before `from`, all before it have.
  let [low, high] = [0, drawn.spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((drawn.spans[middle]?.[0] ?? 0) <= to) low = middle + 1;
    else high = middle;
  }
  return from < (drawn.spans[low - 1]?.[1] ?? -Infinity);
}
