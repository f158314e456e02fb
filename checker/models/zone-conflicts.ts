import { F, isReturn, NEVER, rowOf } from "../../src/history/columns.js";
import { indexOf } from "./order.js";
import type { Judgement, Part } from "./types.js";
import { named, shownCode } from "./words.js";
import { greatestInvoke, INITIAL, leastReturn, writeOf, type Zones } from "./zone-table.js";

/** The first thing that cannot be; null: there is none. */
export const conflictIn = (part: Part, zones: Zones): Judgement | null =>
  misread(part, zones) ?? contradiction(part, zones);

/** A read of what nobody wrote, or of what was only asked for after it had returned. */
function misread({ ops, events }: Part, zones: Zones): Judgement | null {
  for (const event of events) {
    const row = rowOf(event);
    if (!isReturn(event) || ops.f[row] === F.write) continue;
    const write = writeOf(zones, zones.place(ops.value[row]!));
    if (write < ops.complete[row]!) continue;
    const value = shownCode(ops, ops.value[row]!);
    if (write === NEVER)
      return {
        verdict: "violated",
        reason: `${named(ops, row)} read ${value}, which nobody had written`,
        witness: [row],
        at: ops.complete[row]!,
      };
    const writer = rowAt({ ops, events }, write);
    return {
      verdict: "violated",
      reason: `${named(ops, row)} read ${value} before ${named(ops, writer)} asked to write it`,
      witness: [row, writer],
      at: ops.complete[row]!,
    };
  }
  return null;
}

const rowAt = ({ ops, events }: Pick<Part, "ops" | "events">, place: number): number =>
  rowOf(events[indexOf(ops, events, place)]!);

/**
 * A zone spans from the least return to the greatest invocation of a value. Where the return comes first (forward), the
 * value certainly stood throughout: two such may not overlap. Else (backward) all its operations share a moment, which
 * must lie in no forward zone: a backward zone wholly inside one has none.
 */
function contradiction(part: Part, zones: Zones): Judgement | null {
  const { ops, events } = part;
  const { value, invoke, complete } = ops;
  let forward = INITIAL;
  let begins = leastReturn(zones, forward);
  let ends = greatestInvoke(zones, forward);
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at]!;
    const row = rowOf(event);
    const zone = zones.place(value[row]!);
    const from = leastReturn(zones, zone);
    const to = greatestInvoke(zones, zone);
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
function spanning(part: Pick<Part, "ops" | "events">, zones: Zones, zone: number): readonly number[] {
  const last = rowAt(part, greatestInvoke(zones, zone));
  if (zone === INITIAL) return [last];
  return [rowAt(part, writeOf(zones, zone)), rowAt(part, leastReturn(zones, zone)), last];
}
