import { isReturn, NEVER, OUTCOME, rowOf } from "../../src/history/columns.js";
import type { ModelOp, Part, Specification } from "../models/types.js";

/**
 * Whether some order of a part's operations, each between its invocation and its completion, is one that the
 * specification allows: by trying all (Wing and Gong, 1993), but none twice from the same point. For up to 31 operations.
 *
 * Written without a look at any model's fast way, so that what both say is what the specification says.
 */
export function isLinearizable<S>(
  { ops, events }: Part,
  specification: Specification<S>,
  owned: boolean,
): boolean {
  const rows = events.filter((event) => !isReturn(event)).map(rowOf);
  const steps: ModelOp[] = [];
  for (const row of rows) {
    const decoded = (column: Float64Array): unknown =>
      column.length === 0 ? null : ops.valueOf(column[row] ?? Number.NaN);
    steps.push({
      f: ops.operations[ops.f[row] ?? 0] ?? "",
      owner: owned ? (ops.owner[row] ?? 0) : 0,
      value: decoded(ops.value),
      extra: decoded(ops.extra),
      token: decoded(ops.token),
      outcome: WORDS[ops.outcome[row] ?? 0] ?? "ok",
    });
  }
  const asked = Array.from(rows, (row) => ops.invoke[row] ?? 0);
  const answered = Array.from(rows, (row) => ops.complete[row] ?? NEVER);

  /** For a handful trying again is quicker than remembering. */
  const tried = steps.length > 8 ? new Set<string>() : null;

  /** `done`: a bit for each operation that has had its effect. */
  function from(state: S, done: number): boolean {
    let deadline = NEVER;
    for (let n = 0; n < steps.length; n += 1)
      if ((done & (1 << n)) === 0) deadline = Math.min(deadline, answered[n] ?? NEVER);
    // All that is left is open: it may never have happened.
    if (deadline === NEVER) return true;
    if (tried) {
      const point = `${done} ${String(specification.key?.(state) ?? state)}`;
      if (tried.has(point)) return false;
      tried.add(point);
    }
    for (let n = 0; n < steps.length; n += 1) {
      const step = steps[n];
      if (step === undefined || (done & (1 << n)) !== 0 || (asked[n] ?? 0) > deadline) continue;
      const next = specification.step(state, step);
      if (next !== undefined && from(next, done | (1 << n))) return true;
    }
    return false;
  }
  return from(specification.init, 0);
}

const WORDS: Readonly<Record<number, ModelOp["outcome"]>> = {
  [OUTCOME.ok]: "ok",
  [OUTCOME.info]: "info",
  [OUTCOME.held]: "held",
};
