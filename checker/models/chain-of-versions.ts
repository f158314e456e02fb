import { cell, F, isReturn, NEVER, NIL, OUTCOME, rowOf, type OpColumns } from "../../src/history/columns.js";
import { createNumberMap, type NumberMap } from "../../src/history/number-map.js";
import type { Judgement, Part } from "./types.js";
import { named, shownCode } from "./words.js";

interface Versions {
  /** Row of the write that made a version. */
  readonly writerOf: NumberMap;
  /** Rows that must have happened: writes that were acknowledged, and then reads. */
  readonly certain: readonly number[];
  readonly reads: readonly number[];
}

/** A version that may have stood first, and the operation that shows it. */
interface Initial {
  readonly version: number;
  readonly row: number;
}

interface Chain {
  readonly initial: number;
  readonly order: readonly number[];
  /** By write: the operation that shows that it happened, which for an open one is another. */
  readonly shownBy: NumberMap;
}

/**
 * Judges versions of which each is written once, in O(n): their order is that of the parents, so all that is left is
 * whether it breaks real time. Open writes are in it if something was computed from them, or read them. null: a version is
 * written twice, or a write does not say what it was computed from or what it became.
 */
export function judgeVersions({ ops, events }: Part): Judgement | null {
  const versions = versionsOf(ops, events);
  if (versions === null) return null;
  const initials = initialsOf(ops, versions);
  if (initials.length > MOST_INITIALS) return null;
  const judgements = initials.map((initial) => {
    const chain = chainOf(ops, versions, initial);
    return "verdict" in chain ? chain : walk(ops, chain, versions);
  });
  const last = (judgement: Judgement): number => ("at" in judgement ? judgement.at : -1);
  const surely = initials.length === 1 && versions.writerOf.get(initials[0]!.version) < 0;
  return (
    judgements.find(({ verdict }) => verdict === "valid") ??
    atLeast(
      judgements.toSorted((a, b) => last(b) - last(a))[0],
      surely ? ops.complete[initials[0]!.row]! : ops.eventCount - 1,
    )
  );
}

/** More candidates than this are left to the search. */
const MOST_INITIALS = 4;

const parentOf = (ops: OpColumns, row: number): number =>
  ops.f[row] === F.cas ? ops.value[row]! : cell(ops.extra, row);
const versionOf = (ops: OpColumns, row: number): number =>
  ops.f[row] === F.cas ? cell(ops.extra, row) : ops.value[row]!;

function versionsOf(ops: OpColumns, events: Int32Array): Versions | null {
  const writerOf = createNumberMap();
  const writes: number[] = [];
  const reads: number[] = [];
  for (const event of events) {
    const row = rowOf(event);
    const isOk = ops.outcome[row] === OUTCOME.ok;
    if (isReturn(event)) continue;
    if (ops.f[row] === F.read) {
      if (isOk && ops.value[row] !== NIL) reads.push(row);
      continue;
    }
    const [parent, version] = [parentOf(ops, row), versionOf(ops, row)];
    if (parent === NIL || version === NIL || parent === version || writerOf.get(version) >= 0) return null;
    writerOf.set(version, row);
    if (isOk) writes.push(row);
  }
  return { writerOf, certain: writes.concat(reads), reads };
}

/**
 * What may have stood before the first write: the version that something came of and that nobody wrote. Where there is
 * none, one of an open write, which then never happened: leaving it out leaves the rest more freedom.
 */
function initialsOf(ops: OpColumns, { writerOf, certain }: Versions): readonly Initial[] {
  const open: Initial[] = [];
  for (const row of certain) {
    const version = ops.f[row] === F.read ? ops.value[row]! : parentOf(ops, row);
    const writer = writerOf.get(version);
    if (writer < 0) return [{ version, row }];
    if (ops.outcome[writer] === OUTCOME.info) {
      open.push({ version, row });
      // What an open write was computed from counts, too, if it has to have happened.
      const parent = parentOf(ops, writer);
      if (writerOf.get(parent) < 0) open.push({ version: parent, row });
    }
  }
  const [any] = certain;
  if (any === undefined) return [];
  if (open.length === 0) open.push({ version: parentOf(ops, any), row: any });
  return [...new Map(open.map((each) => [each.version, each])).values()];
}

/** The writes in the order of their versions, or why they are in none. */
function chainOf(
  ops: OpColumns,
  { writerOf, certain }: Versions,
  { version: initial, row: initialRow }: Initial,
): Chain | Judgement {
  /** By version: the write that must have happened and was computed from it. */
  const childOf = createNumberMap();
  const shownBy = createNumberMap();
  const writers: number[] = [];
  for (const row of certain) {
    let version = ops.f[row] === F.read ? ops.value[row]! : versionOf(ops, row);
    if (version === initial && ops.f[row] !== F.read)
      return wrong(
        { ops, shownBy },
        [...new Set([initialRow, row])],
        `${named(ops, row)} made version ${shownCode(ops, version)}, which ${named(ops, initialRow)} had shown to be there before any write`,
      );
    while (version !== initial) {
      const writer = writerOf.get(version);
      if (writer < 0)
        return wrong(
          { ops, shownBy },
          [...new Set([initialRow, row])],
          `${named(ops, row)} comes of version ${shownCode(ops, version)}, which nobody wrote, and ${named(ops, initialRow)} of another beginning, ${shownCode(ops, initial)}`,
        );
      if (shownBy.get(writer) >= 0) break;
      shownBy.set(writer, row);
      writers.push(writer);
      version = parentOf(ops, writer);
      const other = childOf.get(version);
      if (other >= 0)
        return wrong(
          { ops, shownBy },
          [other, writer],
          `${named(ops, other)} and ${named(ops, writer)} were both computed from version ${shownCode(ops, version)}: one of them is lost`,
        );
      childOf.set(version, writer);
    }
  }
  const order: number[] = [];
  for (let row = childOf.get(initial); row >= 0; row = childOf.get(versionOf(ops, row))) order.push(row);
  if (order.length < writers.length) {
    const inChain = new Set(order);
    const circle = writers.filter((row) => !inChain.has(row));
    return wrong(
      { ops, shownBy },
      [...circle, initialRow],
      `${named(ops, circle[0]!)} was computed from a version that came of it`,
    );
  }
  return { initial, order, shownBy };
}

/** Puts the chain into real time: each write as early as it may, after the reads of the version before it. */
function walk(ops: OpColumns, { initial, order, shownBy }: Chain, { writerOf, reads }: Versions): Judgement {
  /** By write: place of the first read of it in `reads`, and by read that of the next; -1: there is none. */
  const firstOf = createNumberMap();
  const nextOf = new Int32Array(reads.length);
  for (let n = reads.length - 1; n >= 0; n -= 1) {
    const version = ops.value[reads[n]!]!;
    // What stood first may be in an open write, too, which then never happened.
    const writer = version === initial ? -1 : writerOf.get(version);
    nextOf[n] = firstOf.get(writer);
    firstOf.set(writer, n);
  }
  /** Row by whose invocation the chain has come so far. */
  let reached = -1;
  for (let place = -1; place < order.length; place += 1) {
    const write = order[place] ?? -1;
    if (write >= 0) {
      const late = reached >= 0 && ops.invoke[reached]! > ops.complete[write]!;
      if (late) return outOfTime({ ops, shownBy }, write, reached);
      if (reached < 0 || ops.invoke[write]! > ops.invoke[reached]!) reached = write;
    }
    let next = reached;
    for (let n = firstOf.get(write); n >= 0; n = nextOf[n]!) {
      const read = reads[n]!;
      if (reached >= 0 && ops.invoke[reached]! > ops.complete[read]!)
        return outOfTime({ ops, shownBy }, read, reached);
      if (next < 0 || ops.invoke[read]! > ops.invoke[next]!) next = read;
    }
    reached = next;
  }
  return { verdict: "valid" };
}

interface Known {
  readonly ops: OpColumns;
  readonly shownBy: Chain["shownBy"];
}

const outOfTime = (known: Known, early: number, late: number): Judgement =>
  wrong(
    known,
    [early, late],
    `${named(known.ops, early)} had ended before ${named(known.ops, late)} began, and by its version it comes after that`,
  );

function wrong({ ops, shownBy }: Known, rows: readonly number[], reason: string): Judgement {
  const all = new Set([...rows, ...rows.map((row) => shownBy.get(row)).filter((row) => row >= 0)]);
  return {
    verdict: "violated",
    reason,
    witness: [...all].sort((a, b) => a - b),
    at: Math.max(...[...all].map((row) => ops.complete[row]!).filter((place) => place !== NEVER)),
  };
}

/** Only what came first proves what stood before it: without that another beginning might explain the rest. */
function atLeast(judgement: Judgement | undefined, place: number): Judgement {
  if (judgement?.verdict !== "violated") return judgement ?? { verdict: "valid" };
  return { ...judgement, at: Math.max(judgement.at, place) };
}
