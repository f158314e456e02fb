import { F, isReturn, NEVER, rowOf, type OpColumns } from "../../src/history/columns.js";
import { createNumberMap, type NumberMap } from "../../src/history/number-map.js";
import { canonical } from "../../src/history/values.js";
import type { Judgement, Part } from "./types.js";
import { named, shown } from "./words.js";

/** No row. */
const NONE = -1;

interface Elements {
  readonly place: Places;
  /** Rows of the addition that was asked for first, and of the one that returned first (NONE: none did). */
  readonly asked: number[];
  readonly added: number[];
}

/** Numbers apart from other elements: of those there are millions. */
interface Places {
  readonly numbers: NumberMap;
  readonly others: Map<unknown, number>;
}

/** -1: it was never asked to be added. */
const placeOf = ({ numbers, others }: Places, element: unknown): number =>
  isNumber(element) ? numbers.get(element) : (others.get(keyOf(element)) ?? -1);

function putAt({ numbers, others }: Places, element: unknown, place: number): void {
  if (isNumber(element)) numbers.set(element, place);
  else others.set(keyOf(element), place);
}

const isNumber = (element: unknown): element is number =>
  typeof element === "number" && !Number.isNaN(element);
const keyOf = (element: unknown): unknown => (typeof element === "number" ? element : canonical(element));

interface Read {
  readonly row: number;
  /** Places of its elements, each once. */
  readonly members: readonly number[];
}

/**
 * Judges a set that only grows, in time linear in what the reads returned. All reads are in one chain, each within the
 * next; a read of the chain's place i may stand where all that it saw had been asked for and nothing that it did not see
 * had been acknowledged. Its window is what that leaves between its invocation and its return, and the reads can be put in
 * the chain's order if and only if no window ends before one of an earlier read begins.
 */
export function judgeSet({ ops, events }: Part): Judgement {
  const elements = elementsOf(ops, events);
  const reads: Read[] = [];
  for (const event of events) {
    const row = rowOf(event);
    if (!isReturn(event) || ops.f[row] !== F.read) continue;
    const read = readOf(ops, row, elements);
    if ("verdict" in read) return read;
    reads.push(read);
  }
  reads.sort((a, b) => a.members.length - b.members.length);
  return unchained(ops, reads, elements) ?? misplaced(ops, reads, elements) ?? { verdict: "valid" };
}

function elementsOf(ops: OpColumns, events: Int32Array): Elements {
  const place: Places = { numbers: createNumberMap(), others: new Map() };
  const asked: number[] = [];
  const added: number[] = [];
  for (const event of events) {
    const row = rowOf(event);
    if (ops.f[row] !== F.add) continue;
    const element = ops.valueOf(ops.value[row]!);
    let at = placeOf(place, element);
    if (at < 0) {
      at = asked.push(row) - 1;
      added.push(NONE);
      putAt(place, element, at);
    }
    if (isReturn(event) && added[at] === NONE) added[at] = row;
  }
  return { place, asked, added };
}

function readOf(ops: OpColumns, row: number, { place }: Elements): Read | Judgement {
  const wrong = (what: string): Judgement => ({
    verdict: "violated",
    reason: `${named(ops, row)} returned ${what}`,
    witness: [row],
    at: ops.complete[row]!,
  });
  const members = membersOf(ops.valueOf(ops.value[row]!));
  if (members === null) return wrong("what is no set");
  const places = new Set<number>();
  for (const member of members) {
    const at = placeOf(place, member);
    if (at < 0) return wrong(`${shown(member)}, which nobody had added`);
    places.add(at);
  }
  return { row, members: [...places] };
}

/** What a read returned, as a list; null: it is no collection. Nothing at all is an empty one. */
export function membersOf(value: unknown): readonly unknown[] | null {
  if (value === null) return [];
  if (value instanceof Set) return [...value];
  return Array.isArray(value) ? value : null;
}

/** Two reads of which neither is within the other. */
function unchained(ops: OpColumns, reads: readonly Read[], { asked }: Elements): Judgement | null {
  const seenBy = new Int32Array(asked.length).fill(-1);
  for (const [n, read] of reads.entries()) {
    for (const member of read.members) seenBy[member] = n;
    const before = reads[n - 1];
    const missing = before?.members.find((member) => seenBy[member] !== n);
    if (!before || missing === undefined) continue;
    const element = shown(ops.valueOf(ops.value[asked[missing]!]!));
    return {
      verdict: "violated",
      reason: `${named(ops, read.row)} lacks ${element}, which ${named(ops, before.row)} has, and has what that one lacks`,
      witness: [before.row, read.row].sort((a, b) => a - b),
      at: Math.max(ops.complete[before.row]!, ops.complete[read.row]!),
    };
  }
  return null;
}

/** A read that cannot stand where the chain has it. */
function misplaced(ops: OpColumns, reads: readonly Read[], elements: Elements): Judgement | null {
  const { asked, added } = elements;
  const acknowledged = acknowledgedAfter(ops, reads, elements);
  /** Row by whose invocation the chain has come so far. */
  let reached = -1;
  let next = -1;
  const later = (a: number, b: number): number =>
    b < 0 || (a >= 0 && ops.invoke[a]! >= ops.invoke[b]!) ? a : b;
  let size = -1;
  for (const [n, { row, members }] of reads.entries()) {
    if (members.length !== size) {
      // Equal reads are in no order among each other.
      reached = next;
      size = members.length;
      for (const member of members) reached = later(reached, asked[member]!);
      next = reached;
    }
    const lost = acknowledged[n]!;
    const end = Math.min(ops.complete[row]!, lost < 0 ? NEVER : ops.complete[added[lost]!]!);
    const from = later(reached, row);
    next = later(next, row);
    if (ops.invoke[from]! < end) continue;
    const blame = lost >= 0 && ops.complete[added[lost]!]! < ops.complete[row]! ? added[lost]! : -1;
    const concerned = [row, from, blame].filter((each) => each >= 0);
    return {
      verdict: "violated",
      reason:
        blame < 0
          ? `${named(ops, row)} had returned before ${named(ops, from)} began, and shows what came later`
          : `${named(ops, row)} lacks ${shown(ops.valueOf(ops.value[blame]!))}, which ${named(ops, blame)} had added for sure before ${from === row ? "it was asked for" : `${named(ops, from)} began, which comes before it`}`,
      witness: [...new Set(concerned)].sort((a, b) => a - b),
      at: Math.max(...concerned.map((each) => ops.complete[each]!).filter((place) => place !== NEVER)),
    };
  }
  return null;
}

/** Of each read, the element that it lacks whose addition was acknowledged first; -1: none. */
function acknowledgedAfter(ops: OpColumns, reads: readonly Read[], { asked, added }: Elements): Int32Array {
  const first = new Int32Array(asked.length).fill(reads.length);
  for (let n = reads.length - 1; n >= 0; n -= 1) for (const member of reads[n]!.members) first[member] = n;
  const earliest = new Int32Array(reads.length + 1).fill(-1);
  const earlier = (a: number, b: number): number => {
    if (a < 0 || added[a] === NONE) return b < 0 || added[b] === NONE ? -1 : b;
    if (b < 0 || added[b] === NONE) return a;
    return ops.complete[added[a]!]! <= ops.complete[added[b]!]! ? a : b;
  };
  for (const [element, n] of first.entries()) earliest[n] = earlier(earliest[n]!, element);
  const result = new Int32Array(reads.length).fill(-1);
  let lost = earliest[reads.length]!;
  for (let n = reads.length - 1; n >= 0; n -= 1) {
    result[n] = lost;
    lost = earlier(lost, earliest[n]!);
  }
  return result;
}
