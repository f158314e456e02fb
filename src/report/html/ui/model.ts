import type { FaultSummary, Finding } from "../../../../checker/types.js";
import {
  FATES,
  MARKS,
  OPERATIONS,
  OUTCOMES,
  type Columns,
  type GrantColumn,
  type MarkColumn,
  type OpColumn,
  type Payload,
  type RegisterColumn,
} from "../payload.js";

/** Columns with their times: µs since the run began. */
export type Timed<Name extends string> = Columns<Name> & { readonly at: Float64Array };

/** A payload made ready to be drawn. Rows are places in columns. All times are µs since the run began. */
export interface Model {
  readonly payload: Payload;
  readonly text: (place: number | undefined) => string;
  readonly ops: Timed<OpColumn> & { readonly until: Float64Array };
  readonly opsOf: readonly (readonly number[])[];
  readonly grants: Columns<GrantColumn>;
  readonly grantsOf: readonly (readonly number[])[];
  /** Row of a grant by its id. */
  readonly grantRow: ReadonlyMap<string, number>;
  /** Where the pairs of a grant begin in `covers`. */
  readonly coversFrom: readonly number[];
  readonly register: Timed<RegisterColumn>;
  readonly marks: Timed<MarkColumn>;
  readonly faults: readonly Fault[];
  /** Violations in the order of time, then notes likewise. */
  readonly findings: readonly Shown[];
}

export interface Fault {
  readonly summary: FaultSummary;
  /** `pause`, `kill:wipe`. */
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly colour: string;
}

/** A finding with its place in the list, and when it was. */
export interface Shown {
  readonly finding: Finding;
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

const FALLBACK_COLOUR = "#7b61c9";

export function makeModel(payload: Payload): Model {
  const { ops, grants, register, marks, strings } = payload;
  const at = sum(ops.wait);
  const opsOf = byClient(ops.client, payload.clients.length);
  const text = (place: number | undefined): string => strings[place ?? 0] ?? "";
  return {
    payload,
    text,
    ops: { ...ops, at, until: untilOf(ops, at, opsOf, payload.end) },
    opsOf,
    grants,
    grantsOf: byClient(grants.client, payload.clients.length),
    grantRow: new Map(grants.grant.map((place, row) => [text(place), row])),
    coversFrom: startsOf(grants.covers),
    register: { ...register, at: sum(register.wait) },
    marks: { ...marks, at: sum(marks.wait) },
    faults: payload.document.faults.map((summary) => ({
      summary,
      from: summary.from / 1e3,
      to: summary.to / 1e3,
      title: payload.faultTitles[summary.id] ?? summary.name,
      colour: payload.colours[summary.name] ?? FALLBACK_COLOUR,
    })),
    findings: inOrder(payload.document.findings),
  };
}

export const opName = (model: Model, row: number): (typeof OPERATIONS)[number] =>
  OPERATIONS[model.ops.f[row] ?? 0] ?? "acquire";
export const outcome = (model: Model, row: number): (typeof OUTCOMES)[number] =>
  OUTCOMES[model.ops.outcome[row] ?? 2] ?? "info";
export const fate = (model: Model, row: number): (typeof FATES)[number] =>
  FATES[model.register.fate[row] ?? 0] ?? "applied";
export const markName = (model: Model, row: number): (typeof MARKS)[number] =>
  MARKS[model.marks.kind[row] ?? 0] ?? "phase";

/** The times in which a grant's lease was good, as pairs. */
export function coversOf(model: Model, row: number): readonly (readonly [from: number, to: number])[] {
  const { covers } = model.payload;
  const first = model.coversFrom[row] ?? 0;
  return Array.from({ length: model.grants.covers[row] ?? 0 }, (_, n) => {
    const place = 2 * (first + n);
    return [covers[place] ?? 0, covers[place + 1] ?? 0] as const;
  });
}

/** First place, of `length`, whose value is not below `least`; values ascend. */
export function firstFrom(length: number, valueAt: (place: number) => number, least: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sum(waits: readonly number[]): Float64Array {
  const times = new Float64Array(waits.length);
  let time = 0;
  for (let row = 0; row < waits.length; row += 1) times[row] = time += waits[row] ?? 0;
  return times;
}

/** An operation without an answer is drawn until its client does something else. */
function untilOf(
  ops: Columns<OpColumn>,
  at: Float64Array,
  opsOf: readonly (readonly number[])[],
  end: number,
): Float64Array {
  const until = at.map((start, row) => start + Math.max(0, ops.lasts[row] ?? 0));
  for (const rows of opsOf)
    for (const [place, row] of rows.entries())
      if ((ops.lasts[row] ?? -1) < 0) until[row] = at[rows[place + 1] ?? -1] ?? end;
  return until;
}

function byClient(clients: readonly number[], count: number): readonly (readonly number[])[] {
  const rows = Array.from({ length: count }, (): number[] => []);
  for (let row = 0; row < clients.length; row += 1) rows[clients[row] ?? -1]?.push(row);
  return rows;
}

function startsOf(lengths: readonly number[]): readonly number[] {
  let start = 0;
  return lengths.map((length) => (start += length) - length);
}

function inOrder(findings: readonly Finding[]): readonly Shown[] {
  return findings
    .toSorted((a, b) => rank(a) - rank(b) || a.time - b.time)
    .map((finding, number) => ({
      finding,
      number,
      from: finding.time / 1e3,
      to: (finding.until ?? finding.time) / 1e3,
    }));
}

const rank = (finding: Finding): number => (finding.severity === "violation" ? 0 : 1);
