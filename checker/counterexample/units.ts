import { cell, isReturn, NIL, OUTCOME, rowOf, type OpColumns } from "../../src/history/columns.js";
import type { Part } from "../models/types.js";

/** What of a part may be left out. */
export interface Units {
  /** Operations that are left out together. */
  readonly units: readonly (readonly number[])[];
  /** Whether what is left when others are out, told as rows, is one that may be judged. */
  mayStand(kept: ReadonlySet<number>): boolean;
}

/** Rows of a part, in order. */
export const askedIn = ({ events }: Part): readonly number[] =>
  Array.from(
    events.filter((event) => !isReturn(event)),
    rowOf,
  );

/**
 * Operations that may be left out together. What remains then fits an order whenever the whole does, so a remainder that
 * fits none shows what is wrong with the whole, and not with the cut.
 *
 * - Locks: a hold, its acquires with its releases. A release alone must stay: without it A's hold never ends, and B's,
 *   that came rightly afterwards, would seem to break in. As long as somebody who was told "held" stays, all who may have
 *   been meant by that must stay, too. Of a lock that asks for no owner each process is taken to release what it took.
 * - Registers: a value, whatever wrote it with whatever read it, and values that a cas ties together. A write alone must
 *   stay: without it the read of what it wrote would seem to come from nowhere. A read may always go.
 * - Tokens that only have to rise: each operation on its own.
 * - Versions: all but what was computed from one version.
 * - Of anything else, what changes no state.
 */
export function unitsOf(part: Part, model: string): Units {
  const rows = askedIn(part);
  const nameOf = (row: number): string => part.ops.operations[part.ops.f[row]!]!;
  const alone = (some: readonly number[]): Units => ({
    units: some.map((row) => [row]),
    mayStand: () => true,
  });
  if (model === "fenced-mutex") return alone(rows);
  if (rows.some((row) => LOCKS.test(nameOf(row)))) return ofLock(part, nameOf);
  if (model !== "lost-update" && rows.every((row) => REGISTERS.test(nameOf(row))))
    return { units: valuesOf(part.ops, rows), mayStand: () => true };
  if (model === "lost-update") return ofVersions(part, rows, nameOf);
  return alone(rows.filter((row) => nameOf(row) === "read"));
}

export const LOCKS = /^(acquire|release)/;
const REGISTERS = /^(write|cas|read)$/;

function ofLock(part: Part, nameOf: (row: number) => string): Units {
  const { invoke, complete, outcome } = part.ops;
  const isRefused = (row: number): boolean => outcome[row] === OUTCOME.held;
  const stretches = holdsOf(part, nameOf);
  const refused = stretches.flatMap(({ rows }) => rows.filter(isRefused));
  const holds = stretches
    .map(({ rows, isOver }) => ({ rows: rows.filter((row) => !isRefused(row)), isOver }))
    .filter(({ rows }) => rows.length > 0);
  /** Whether it may have been this hold that one who was refused had met. */
  const isMet = ({ rows, isOver }: Stretch, row: number): boolean =>
    invoke[rows[0]!]! < complete[row]! && !(isOver && rows.every((one) => complete[one]! < invoke[row]!));
  return {
    units: [...refused.map((row) => [row]), ...holds.map(({ rows }) => rows)],
    mayStand: (kept) =>
      refused.every(
        (row) =>
          !kept.has(row) ||
          holds.every((hold) => hold.rows.every((one) => kept.has(one)) || !isMet(hold, row)),
      ),
  };
}

/** Writes that were computed from one version, which is made once, contradict each other whatever the others did. */
function ofVersions({ ops }: Part, rows: readonly number[], nameOf: (row: number) => string): Units {
  const from = (row: number): number => (nameOf(row) === "cas" ? ops.value[row]! : cell(ops.extra, row));
  const made = (row: number): number => (nameOf(row) === "cas" ? cell(ops.extra, row) : ops.value[row]!);
  const writes = rows.filter((row) => nameOf(row) !== "read");
  return {
    units: rows.map((row) => [row]),
    mayStand(kept) {
      if (kept.size === rows.length) return true;
      const [one = -1, ...others] = kept;
      const version = from(one);
      const isWrite = (row: number): boolean => nameOf(row) !== "read";
      return (
        [one, ...others].every((row) => isWrite(row) && from(row) === version) &&
        version !== NIL &&
        writes.filter((row) => made(row) === version).length <= 1
      );
    },
  };
}

/** What one owner did from a moment at which it held nothing to the next. */
interface Stretch {
  readonly rows: number[];
  isOver: boolean;
}

function holdsOf({ ops, events }: Part, nameOf: (row: number) => string): readonly Stretch[] {
  const open = new Map<number, { readonly stretch: Stretch; depth: number; pending: number }>();
  const stretches: Stretch[] = [];
  for (const event of events) {
    const row = rowOf(event);
    const owner = ops.owner[row]!;
    let now = open.get(owner);
    if (now === undefined) {
      now = { stretch: { rows: [], isOver: false }, depth: 0, pending: 0 };
      open.set(owner, now);
      stretches.push(now.stretch);
    }
    if (!isReturn(event)) {
      now.stretch.rows.push(row);
      // What is open may have its effect whenever: whatever its owner does from now on belongs together.
      now.pending += ops.outcome[row] === OUTCOME.info ? Infinity : 1;
      continue;
    }
    now.pending -= 1;
    if (ops.outcome[row] !== OUTCOME.held) now.depth += nameOf(row).startsWith("acquire") ? 1 : -1;
    if (now.depth !== 0 || now.pending !== 0) continue;
    now.stretch.isOver = true;
    open.delete(owner);
  }
  return stretches;
}

/** Values that hang together, and reads on their own. */
function valuesOf(ops: OpColumns, rows: readonly number[]): readonly (readonly number[])[] {
  const parents = new Map<number, number>();
  const rootOf = (value: number): number => {
    let root = value;
    for (let up = parents.get(root); up !== undefined && up !== root; up = parents.get(root)) root = up;
    return root;
  };
  for (const row of rows)
    if (ops.operations[ops.f[row]!] === "cas") parents.set(rootOf(ops.value[row]!), rootOf(ops.extra[row]!));
  const units = new Map<number, number[]>();
  for (const row of rows) {
    const root = rootOf(ops.value[row]!);
    const unit = units.get(root);
    if (unit) unit.push(row);
    else units.set(root, [row]);
  }
  return [...units.values()];
}
