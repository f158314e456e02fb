import { describe, expect, test } from "vitest";
import { F, isReturn, NEVER, NIL, rowOf } from "../../src/history/columns.js";
import { checkModel, columnsOf, type OpEvent } from "../index.js";
import { partition } from "../partition.js";
import { createRandom } from "../../src/random.js";
import { menus } from "../testing/menus.js";
import { drawHistory, told } from "../testing/small-histories.js";
import { tries } from "../testing/tries.js";
import { register } from "./register.js";
import type { Part } from "./types.js";
import { conflictByEvents } from "./zone-conflicts.js";
import { firstConflict } from "./zone-order.js";
import { zonesOf } from "./zone-table.js";

test("zones in order say what going through all events says", () => {
  const seen = { consistent: 0, not: 0, misread: 0 };
  for (let seed = 0; seed < tries(20_000); seed += 1) {
    const random = createRandom(seed);
    const size = { operations: 4 + random.below(40), clients: 1 + random.below(12), lost: random.below(25) };
    const ops = drawHistory(register, menus["register"]!(random), random, size);
    const [part] = partition(ops, register.operations).parts;
    const zones = part === undefined ? null : zonesOf(part);
    if (part === undefined || zones === null) continue;
    expect(zones.misread, told(ops)).toBe(firstMisread(part));
    if (zones.misread !== NEVER) {
      seen.misread += 1;
      continue;
    }
    const conflict = firstConflict(zones);
    seen[conflict === null ? "consistent" : "not"] += 1;
    expect(conflict, told(ops)).toEqual(conflictByEvents(part, zones));
  }
  expect(Math.min(seen.consistent, seen.not, seen.misread)).toBeGreaterThan(tries(1_000));
});

/** Place of the first read that returned what nobody had asked to write by then. */
function firstMisread({ ops, events }: Part): number {
  const asked = new Set([NIL]);
  for (const event of events) {
    const row = rowOf(event);
    const value = ops.value[row]!;
    if (ops.f[row] === F.write) asked.add(value);
    else if (isReturn(event) && !asked.has(value)) return ops.complete[row]!;
  }
  return NEVER;
}

const event = (process: number, type: OpEvent["type"], f: string, value: unknown): OpEvent => ({
  process,
  type,
  f,
  value,
});

/** Values that are all asked to be written at first, and read in the opposite order; `wrong` turns two of them around. */
function backwards(count: number, wrong: boolean): readonly OpEvent[] {
  const values = Array.from({ length: count }, (_, n) => n);
  const read = values.toReversed();
  if (wrong) read.push(count - 1);
  return [
    ...values.map((value) => event(value, "invoke", "write", value)),
    ...values.map((value) => event(value, "info", "write", value)),
    ...read.flatMap((value) => [
      event(count, "invoke", "read", null),
      event(count, "ok", "read", value),
      event(count, "invoke", "read", null),
      event(count, "ok", "read", value),
    ]),
  ];
}

describe("zones that are far from the order of their writes", () => {
  const part = (count: number, wrong: boolean): Part =>
    partition(columnsOf(backwards(count, wrong)), register.operations).parts[0]!;

  test("are put in order while that takes few steps", () => {
    expect(firstConflict(zonesOf(part(20, false))!)).toBe(null);
    expect(firstConflict(zonesOf(part(20, true))!)).toMatchObject({ forward: expect.any(Number) as number });
  });

  test("are judged by all events where it takes too many", () => {
    expect(firstConflict(zonesOf(part(500, false))!)).toBe(undefined);
    expect(checkModel(columnsOf(backwards(500, false)), register).verdict).toBe("valid");
    expect(checkModel(columnsOf(backwards(500, true)), register)).toMatchObject({
      verdict: "violated",
      reason: expect.stringContaining("both stood at once") as string,
    });
  });
});

// The code of a text is a number so far out that the one before it is none: it must not be taken for the empty register.
test("a text that nobody wrote is not what stood before the first write", () => {
  const events = [
    event(0, "invoke", "write", "a"),
    event(1, "invoke", "read", null),
    event(1, "ok", "read", "b"),
    event(0, "ok", "write", "a"),
  ];
  expect(checkModel(columnsOf(events), register)).toMatchObject({
    verdict: "violated",
    reason: 'process 1 (read, event 1) read "b", which nobody had written',
  });
});
