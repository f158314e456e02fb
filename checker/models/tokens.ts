import { cell, NIL, OUTCOME, type OpColumns } from "../../src/history/columns.js";
import { isReturn, rowOf } from "../../src/history/columns.js";
import type { Judgement } from "./types.js";
import { named } from "./words.js";

/** Orders tokens, those beyond what a double holds too: negative where a is below b. NIL is below all. */
export function compareTokens(ops: OpColumns, a: number, b: number): number {
  if (a >= -(2 ** 53) && b >= -(2 ** 53)) return a - b;
  if (a === b) return 0;
  if (a === NIL) return -1;
  if (b === NIL) return 1;
  const [x, y] = [ops.valueOf(a) as bigint, ops.valueOf(b) as bigint];
  return x < y ? -1 : x > y ? 1 : 0;
}

/**
 * Whether tokens rise with time, in O(n): that of each operation is above (`strict`), or not below, every one of an
 * operation that had returned before it was asked for. Then the order of the tokens is an order of the operations that
 * breaks no real time, and the only one there can be. Open operations are left out: an acquire whose answer was lost has
 * a token that nobody knows, and a write may never arrive.
 */
export function risingTokens(
  ops: OpColumns,
  events: Int32Array,
  concerns: (row: number) => boolean,
  strict: boolean,
): Judgement | null {
  let highest = -1;
  /** Tokens of those under way, by row: two of them may have the same, which no returned one tells. */
  const underWay = new Map<number, number>();
  for (const event of events) {
    const row = rowOf(event);
    if (ops.outcome[row] !== OUTCOME.ok || !concerns(row)) continue;
    const token = cell(ops.token, row);
    if (token === NIL) continue;
    if (isReturn(event)) {
      if (underWay.get(token) === row) underWay.delete(token);
      if (highest < 0 || compareTokens(ops, cell(ops.token, highest), token) < 0) highest = row;
      continue;
    }
    const twin = strict ? underWay.get(token) : undefined;
    if (twin !== undefined) return clash(ops, twin, row, "the same");
    underWay.set(token, row);
    if (highest < 0) continue;
    const order = compareTokens(ops, token, cell(ops.token, highest));
    if (order < 0 || (strict && order === 0))
      return clash(ops, highest, row, order === 0 ? "the same" : "a higher one");
  }
  return null;
}

function clash(ops: OpColumns, first: number, second: number, which: string): Judgement {
  const token = (row: number): string => String(ops.valueOf(cell(ops.token, row)));
  return {
    verdict: "violated",
    reason:
      which === "the same"
        ? `${named(ops, second)} has token ${token(second)}, which ${named(ops, first)} has, too`
        : `${named(ops, second)} has token ${token(second)}, though ${named(ops, first)} had shown ${token(first)} before it was asked for`,
    witness: [first, second].sort((a, b) => a - b),
    at: Math.max(ops.complete[first]!, ops.complete[second]!),
  };
}
