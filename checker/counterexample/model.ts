import { isReturn, OUTCOME, rowOf, type OpColumns } from "../../src/history/columns.js";
import { DEFAULT_LIMITS, judgePart } from "../check-model.js";
import type { Judgement, Limits, Model, Part } from "../models/types.js";
import { partition } from "../partition.js";
import { minimal } from "./delta.js";
import { placeOf, prefixOf, subset } from "./subset.js";
import { askedIn, LOCKS, unitsOf } from "./units.js";

/** As few operations of a history as show that it fits no order. */
export interface Counterexample {
  /** A history of its own, that the model rejects: operations on one lock or key, up to the event that could not be. */
  readonly ops: OpColumns;
  readonly judgement: Extract<Judgement, { verdict: "violated" }>;
  /** Place, in the whole history, of the first event by which it fits no order any more. */
  readonly at: number;
}

/** How long to look for a smaller one, ms. What is found when it is over is right, and perhaps not the smallest. */
const PATIENCE_MS = 4_000;
/** How many of the last units are looked at first, where the witness alone is not enough. */
const FIRST_WINDOW = 32;

/**
 * The shortest prefix that cannot be, then as few operations of it as it takes (`units.ts`: only such are left out as
 * cannot be what breaks it). null: no part of the history is violated within the limits.
 */
export function counterexampleOf<S>(
  ops: OpColumns,
  model: Model<S>,
  limits: Partial<Limits> = {},
): Counterexample | null {
  const within = { ...DEFAULT_LIMITS, ...limits };
  let found: { readonly part: Part; readonly judgement: Violated } | null = null;
  for (const part of partition(ops, model.operations, model.partition).parts) {
    const judgement = judgePart(part, model, within);
    if (judgement.verdict === "violated" && (found === null || judgement.at < found.judgement.at))
      found = { part, judgement };
  }
  return found && smallest(found.part, found.judgement, model, within);
}

type Violated = Counterexample["judgement"];

function smallest<S>(whole: Part, first: Violated, model: Model<S>, limits: Limits): Counterexample {
  const until = performance.now() + PATIENCE_MS;
  const isOver = (): boolean => performance.now() > until;
  const { ops } = whole;
  const violated = (part: Part | undefined): Violated | null => {
    const judgement = part && judgePart(part, model, limits);
    return judgement?.verdict === "violated" ? judgement : null;
  };
  const at = shortest(whole, first.at, (place) => violated(prefixOf(whole, place)) !== null, isOver);
  const judge = (rows: readonly number[]): Violated | null =>
    violated(partition(subset(ops, rows, at), model.operations, model.partition).parts[0]);
  const inOrder = (...some: readonly (readonly number[])[]): readonly number[] =>
    some.flat().sort((a, b) => a - b);
  const all = prefixOf(whole, at);
  const { witness } = violated(all) ?? first;
  const few = ofOwners(all, witness);
  const prefix = few !== null && judge(askedIn(few)) !== null ? few : all;
  const { units, mayStand } = unitsOf(prefix, model.name);
  const fixed = fixedRows(prefix, units);
  const fails = (some: readonly (readonly number[])[]): boolean => {
    const rows = inOrder(fixed, ...some);
    return mayStand(new Set(rows)) && judge(rows) !== null;
  };
  const rows = inOrder(fixed, ...minimal(around(units, witness, fails), fails, isOver));
  const isRead = (row: number): boolean => ops.operations[ops.f[row]!] === "read";
  const others = rows.filter((row) => !isRead(row));
  const reads = minimal(rows.filter(isRead), (some) => judge(inOrder(others, some)) !== null, isOver);
  const kept = inOrder(others, reads);
  return { ops: subset(ops, kept, at), judgement: judge(kept) ?? first, at };
}

/**
 * What some owners did with a lock, alone: whatever the others did, they may be left out (`units.ts`), all but who may have
 * been meant by "held". null: it is no lock, or somebody was told that.
 */
function ofOwners(part: Part, rows: readonly number[]): Part | null {
  const { ops } = part;
  const owners = new Set(rows.map((row) => ops.owner[row]!));
  const events = part.events.filter((event) => owners.has(ops.owner[rowOf(event)]!));
  const isFit = (event: number): boolean =>
    LOCKS.test(ops.operations[ops.f[rowOf(event)]!]!) && ops.outcome[rowOf(event)] !== OUTCOME.held;
  return events.every(isFit) ? { ...part, events } : null;
}

/** Operations that are in no unit: they stay. */
function fixedRows({ events }: Part, units: readonly (readonly number[])[]): readonly number[] {
  const asked = events.reduce((count, event) => count + (isReturn(event) ? 0 : 1), 0);
  if (units.reduce((sum, unit) => sum + unit.length, 0) === asked) return [];
  const free = new Set(units.flat());
  const fixed: number[] = [];
  for (const event of events) if (!isReturn(event) && !free.has(rowOf(event))) fixed.push(rowOf(event));
  return fixed;
}

/**
 * The first place by which a part fits no order: what fits none fits none either when it goes on. `bound` is mostly that
 * place. It may be later: the judge knew what became of those that were under way there. Or earlier, where another
 * trouble began before the one that it told of.
 */
function shortest(
  { ops, events }: Part,
  bound: number,
  fails: (place: number) => boolean,
  isOver: () => boolean,
): number {
  const returns = events.filter(isReturn);
  const place = (n: number): number => placeOf(ops, returns[n]!);
  const near = returns.findIndex((event) => placeOf(ops, event) >= bound);
  let low = 0;
  let high = returns.length - 1;
  if (near >= 0 && near < high) {
    if (!fails(place(near))) low = near + 1;
    else high = near;
  }
  if (high > low && high === near && !fails(place(high - 1))) return place(high);
  while (low < high && !isOver()) {
    const middle = (low + high) >>> 1;
    if (fails(place(middle))) high = middle;
    else low = middle + 1;
  }
  return place(high);
}

/** The units of the witness; with ever more of those before it, where these alone fit an order. */
function around(
  units: readonly (readonly number[])[],
  witness: readonly number[],
  fails: (some: readonly (readonly number[])[]) => boolean,
): readonly (readonly number[])[] {
  const concerned = new Set(witness);
  const shown = units.filter((unit) => unit.some((row) => concerned.has(row)));
  if (shown.length > 0 && fails(shown)) return shown;
  const recent = units.toSorted((a, b) => (a.at(-1) ?? 0) - (b.at(-1) ?? 0));
  for (let window = FIRST_WINDOW; window < recent.length; window *= 4) {
    const some = [...new Set([...shown, ...recent.slice(-window)])];
    if (fails(some)) return some;
  }
  return units;
}
