import { F, isReturn, NEVER, NIL, OUTCOME, rowOf, type OpColumns } from "../../src/history/columns.js";
import { placesOf } from "./places.js";
import type { Judgement, Part } from "./types.js";
import { named, shownCode } from "./words.js";

/** Per value: its write, and the least return and greatest invocation over the write and all its reads. */
interface Zones {
  readonly place: (value: number) => number;
  /** Row of the write; NONE: nobody wrote it. */
  readonly write: Int32Array;
  readonly leastReturn: Int32Array;
  readonly greatestInvoke: Int32Array;
}

const NONE = -1;
/** The value before the first write was written before all. */
const INITIALLY = -2;

/** Judges a register of which every value is written once, in O(n). null: a value is written more than once. */
export function judgeByZones(part: Part): Judgement | null {
  const zones = zonesOf(part);
  if (zones === null) return null;
  return misread(part, zones) ?? contradiction(part, zones) ?? { verdict: "valid" };
}

function zonesOf({ ops, events }: Part): Zones | null {
  const { place, count } = placesOf(events, ops.value, NIL);
  const write = new Int32Array(count).fill(NONE);
  const leastReturn = new Int32Array(count).fill(NEVER);
  const greatestInvoke = new Int32Array(count).fill(-1);
  const initial = place(NIL);
  write[initial] = INITIALLY;
  leastReturn[initial] = -1;
  for (const event of events) {
    if (isReturn(event)) continue;
    const row = rowOf(event);
    const zone = place(ops.value[row]!);
    if (ops.f[row] === F.write) {
      if (write[zone] !== NONE) return null;
      write[zone] = row;
    } else if (ops.outcome[row] !== OUTCOME.ok) continue;
    greatestInvoke[zone] = ops.invoke[row]!;
    if (ops.complete[row]! < leastReturn[zone]!) leastReturn[zone] = ops.complete[row]!;
  }
  return { place, write, leastReturn, greatestInvoke };
}

/** A read of what nobody wrote, or of what was only asked for after it had returned. */
function misread({ ops, events }: Part, { place, write }: Zones): Judgement | null {
  for (const event of events) {
    const row = rowOf(event);
    if (!isReturn(event) || ops.f[row] === F.write) continue;
    const writer = write[place(ops.value[row]!)]!;
    if (writer === INITIALLY || (writer !== NONE && ops.invoke[writer]! < ops.complete[row]!)) continue;
    const value = shownCode(ops, ops.value[row]!);
    return {
      verdict: "violated",
      reason:
        writer === NONE
          ? `${named(ops, row)} read ${value}, which nobody had written`
          : `${named(ops, row)} read ${value} before ${named(ops, writer)} asked to write it`,
      witness: writer === NONE ? [row] : [row, writer],
      at: ops.complete[row]!,
    };
  }
  return null;
}

/**
 * A zone spans from the least return to the greatest invocation of a value. Where the return comes first (forward), the
 * value certainly stood throughout: two such may not overlap. Else (backward) all its operations share a moment, which
 * must lie in no forward zone: a backward zone wholly inside one has none.
 */
function contradiction(part: Part, { place, leastReturn, greatestInvoke }: Zones): Judgement | null {
  const { ops, events } = part;
  let forward = place(NIL);
  for (const event of events) {
    const row = rowOf(event);
    const zone = place(ops.value[row]!);
    const from = leastReturn[zone]!;
    const to = greatestInvoke[zone]!;
    // Each zone is looked at once, where it begins; that of an open write that nobody read has no return, and is none.
    if (isReturn(event)) {
      if (from !== ops.complete[row] || from > to) continue;
      if (greatestInvoke[forward]! > from)
        return clash(part, { place, zones: [forward, zone], words: "both stood at once" });
      forward = zone;
    } else if (
      to === ops.invoke[row] &&
      from > to &&
      from !== NEVER &&
      leastReturn[forward]! < to &&
      from < greatestInvoke[forward]!
    )
      return clash(part, {
        place,
        zones: [forward, zone],
        words: "cannot both be: the first stood all the while in which the second was written and read",
      });
  }
  return null;
}

/** The operations that span two zones. */
function clash(
  { ops, events }: Part,
  { place, zones, words }: { place: Zones["place"]; zones: readonly [number, number]; words: string },
): Judgement {
  const rows = new Set(
    zones.flatMap((zone) => spanning(ops, events, (row) => place(ops.value[row]!) === zone)),
  );
  const witness = [...rows].sort((a, b) => a - b);
  const values = zones.map((zone) => {
    const row = witness.find((row) => place(ops.value[row]!) === zone) ?? 0;
    return shownCode(ops, ops.value[row]!);
  });
  return {
    verdict: "violated",
    reason: `the values ${values.join(" and ")} ${words} (${witness.map((row) => named(ops, row)).join(", ")})`,
    witness,
    at: Math.max(...witness.map((row) => ops.complete[row]!).filter((place) => place !== NEVER)),
  };
}

/** The write, the first to return, and the last to be asked for. */
function spanning(ops: OpColumns, events: Int32Array, belongs: (row: number) => boolean): readonly number[] {
  let write = -1;
  let first = -1;
  let last = -1;
  for (const event of events) {
    const row = rowOf(event);
    if (!belongs(row)) continue;
    const isWrite = ops.f[row] === F.write;
    if (isWrite) write = row;
    else if (ops.outcome[row] !== OUTCOME.ok) continue;
    if (isReturn(event) && first < 0) first = row;
    if (!isReturn(event)) last = row;
  }
  return [write, first, last].filter((row) => row >= 0);
}
