import { F, isReturn, NEVER, rowOf } from "../../src/history/columns.js";
import { indexOf } from "./order.js";
import type { Judgement, Part } from "./types.js";
import { named, shownCode } from "./words.js";
import { BEFORE_ALL, greatestInvoke, INITIAL, isWritten, leastReturn, type Zones } from "./zone-table.js";

/** Two zones that cannot both be, by places of events. */
export interface Conflict {
  /** By which event it could not be any more: where a forward zone begins, or a backward one. */
  readonly at: number;
  /** Where the forward zone begins that is in its way. */
  readonly forward: number;
}

/** Of a read of what nobody wrote, or of what was only asked for after it had returned. */
export function misreading(part: Part, zones: Zones): Judgement {
  const { ops, events } = part;
  const row = rowAt(part, zones.misread);
  const code = ops.value[row]!;
  const read = `${named(ops, row)} read ${shownCode(ops, code)}`;
  const at = ops.complete[row]!;
  if (!isWritten(zones, zones.place(code)))
    return { verdict: "violated", reason: `${read}, which nobody had written`, witness: [row], at };
  const writer = writerOf(part, code, indexOf(ops, events, at), 1);
  return {
    verdict: "violated",
    reason: `${read} before ${named(ops, writer)} asked to write it`,
    witness: [row, writer],
    at,
  };
}

/** The row that writes a value, looked for from an event on, to one side. */
function writerOf({ ops, events }: Part, code: number, from: number, step: 1 | -1): number {
  let at = from;
  while (ops.f[rowOf(events[at]!)] !== F.write || ops.value[rowOf(events[at]!)] !== code) at += step;
  return rowOf(events[at]!);
}

const rowAt = ({ ops, events }: Part, place: number): number => rowOf(events[indexOf(ops, events, place)]!);

/**
 * The first two zones that contradict each other, by going through all events; null: none do.
 *
 * A zone spans from the least return to the greatest invocation of a value. Where the return comes first (forward), the
 * value certainly stood throughout: two such may not overlap. Else (backward) all its operations share a moment, which
 * must lie in no forward zone: a backward zone wholly inside one has none.
 */
export function conflictByEvents({ ops, events }: Part, zones: Zones): Conflict | null {
  const { value, invoke, complete } = ops;
  let begins = leastReturn(zones, INITIAL);
  let ends = greatestInvoke(zones, INITIAL);
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at]!;
    const row = rowOf(event);
    const zone = zones.place(value[row]!);
    const from = leastReturn(zones, zone);
    const to = greatestInvoke(zones, zone);
    // Each zone is looked at once, where it begins; that of an open write that nobody read has no return, and is none.
    if (isReturn(event)) {
      if (from !== complete[row] || from > to) continue;
      if (ends > from) return { at: from, forward: begins };
      [begins, ends] = [from, to];
    } else if (to === invoke[row] && from > to && from !== NEVER && begins < to && from < ends)
      return { at: to, forward: begins };
  }
  return null;
}

/** Of two zones that contradict each other: the operations that span them. */
export function contradiction(part: Part, zones: Zones, { at, forward }: Conflict): Judgement {
  const { ops, events } = part;
  const zoneAt = (place: number): number =>
    place === BEFORE_ALL ? INITIAL : zones.place(ops.value[rowAt(part, place)]!);
  const spans = [forward, at].map((place) => spanning(part, zones, zoneAt(place)));
  const witness = [...new Set(spans.flat())].sort((a, b) => a - b);
  const values = spans.map(([row = 0]) => shownCode(ops, ops.value[row]!));
  const words = isReturn(events[indexOf(ops, events, at)]!)
    ? "both stood at once"
    : "cannot both be: the first stood all the while in which the second was written and read";
  return {
    verdict: "violated",
    reason: `the values ${values.join(" and ")} ${words} (${witness.map((row) => named(ops, row)).join(", ")})`,
    witness,
    at: Math.max(...witness.map((row) => ops.complete[row]!).filter((place) => place !== NEVER)),
  };
}

/** The write, the first to return, and the last to be asked for; what stood before the first write has but the last. */
function spanning(part: Part, zones: Zones, zone: number): readonly number[] {
  const last = rowAt(part, greatestInvoke(zones, zone));
  if (zone === INITIAL) return [last];
  const { ops, events } = part;
  const returned = indexOf(ops, events, leastReturn(zones, zone));
  const first = rowOf(events[returned]!);
  // It was asked to be written before any of its operations returned.
  return [writerOf(part, ops.value[first]!, returned, -1), first, last];
}
