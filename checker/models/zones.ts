import { F, isReturn, NEVER, NIL, OUTCOME, rowOf, type OpColumns } from "../../src/history/columns.js";
import { indexOf } from "./order.js";
import { placesOf, type Places } from "./places.js";
import type { Judgement, Part } from "./types.js";
import { named, shownCode } from "./words.js";

/** Per value: its write, and the least return and greatest invocation over the write and all its reads. */
interface Zones extends Pick<Places, "place" | "base"> {
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
  const { place, base, count } = placesOf(events, ops.value, NIL);
  const { value, f, outcome, invoke, complete } = ops;
  const write = new Int32Array(count).fill(NONE);
  const leastReturn = new Int32Array(count).fill(NEVER);
  const greatestInvoke = new Int32Array(count).fill(-1);
  const initial = place(NIL);
  write[initial] = INITIALLY;
  leastReturn[initial] = -1;
  for (let at = 0; at < events.length; at += 1) {
    if (isReturn(events[at]!)) continue;
    const row = rowOf(events[at]!);
    const carried = value[row]!;
    const zone = base === null || carried === NIL ? place(carried) : carried - base;
    if (f[row] === F.write) {
      if (write[zone] !== NONE) return null;
      write[zone] = row;
    } else if (outcome[row] !== OUTCOME.ok) continue;
    greatestInvoke[zone] = invoke[row]!;
    if (complete[row]! < leastReturn[zone]!) leastReturn[zone] = complete[row]!;
  }
  return { place, base, write, leastReturn, greatestInvoke };
}

/** Whether a value was read that nobody wrote, or before it was asked to be written. */
function anyMisread({ invoke }: OpColumns, { write, leastReturn }: Zones): boolean {
  for (let zone = 0; zone < write.length; zone += 1) {
    const writer = write[zone]!;
    if (writer === INITIALLY || leastReturn[zone] === NEVER) continue;
    if (writer === NONE || leastReturn[zone]! < invoke[writer]!) return true;
  }
  return false;
}

/** A read of what nobody wrote, or of what was only asked for after it had returned. */
function misread({ ops, events }: Part, zones: Zones): Judgement | null {
  if (!anyMisread(ops, zones)) return null;
  const { place, write } = zones;
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
function contradiction(part: Part, zones: Zones): Judgement | null {
  const { place, base, leastReturn, greatestInvoke } = zones;
  const { ops, events } = part;
  const { value, invoke, complete } = ops;
  let forward = place(NIL);
  let begins = leastReturn[forward]!;
  let ends = greatestInvoke[forward]!;
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at]!;
    const row = rowOf(event);
    const carried = value[row]!;
    const zone = base === null || carried === NIL ? place(carried) : carried - base;
    const from = leastReturn[zone]!;
    const to = greatestInvoke[zone]!;
    // Each zone is looked at once, where it begins; that of an open write that nobody read has no return, and is none.
    if (isReturn(event)) {
      if (from !== complete[row] || from > to) continue;
      if (ends > from) return clash(part, zones, [forward, zone], "both stood at once");
      [forward, begins, ends] = [zone, from, to];
    } else if (to === invoke[row] && from > to && from !== NEVER && begins < to && from < ends)
      return clash(
        part,
        zones,
        [forward, zone],
        "cannot both be: the first stood all the while in which the second was written and read",
      );
  }
  return null;
}

/** The operations that span two zones. */
function clash({ ops, events }: Part, zones: Zones, two: readonly number[], words: string): Judgement {
  const spans = two.map((zone) => spanning({ ops, events }, zones, zone));
  const witness = [...new Set(spans.flat())].sort((a, b) => a - b);
  const values = spans.map(([row = 0]) => shownCode(ops, ops.value[row]!));
  return {
    verdict: "violated",
    reason: `the values ${values.join(" and ")} ${words} (${witness.map((row) => named(ops, row)).join(", ")})`,
    witness,
    at: Math.max(...witness.map((row) => ops.complete[row]!).filter((place) => place !== NEVER)),
  };
}

/** The write, the first to return, and the last to be asked for; what stood before the first write has but the last. */
function spanning(
  { ops, events }: Pick<Part, "ops" | "events">,
  { write, leastReturn, greatestInvoke }: Zones,
  zone: number,
): readonly number[] {
  const rowAt = (place: number): number => rowOf(events[indexOf(ops, events, place)]!);
  const last = rowAt(greatestInvoke[zone]!);
  if (write[zone] === INITIALLY) return [last];
  return [write[zone]!, rowAt(leastReturn[zone]!), last];
}
