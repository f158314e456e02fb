import { describe, expect, it } from "vitest";
import { ms, processId, type ClientEvent } from "../../history/event.js";
import { pairOperations, type Op } from "../../history/pairs.js";
import type { Finding } from "../../../checker/types.js";
import { chooseDrawn, inside } from "./drawn.js";

/** A read each ms. */
function reads(count: number): readonly Op[] {
  const about = { process: processId(1), client: "c1", f: "read", lock: "lock-1" } as const;
  return pairOperations(
    Array.from({ length: count }, (_, n): ClientEvent[] => [
      { ...about, type: "invoke", time: ms(n) },
      { ...about, type: "ok", time: ms(n + 0.5) },
    ]).flat(),
  );
}

const finding = (severity: Finding["severity"], atMs: number, untilMs = atMs): Finding => ({
  kind: "overlap",
  severity,
  explanation: "",
  ops: [],
  time: ms(atMs),
  until: ms(untilMs),
});

const END = 20_000 * 1_000;

describe("chooseDrawn", () => {
  const ops = reads(20_000);

  it("draws a run whole that is short enough", () => {
    expect(chooseDrawn(ops, [], END, 20_000)).toBeNull();
  });

  it("keeps what is around violations before what is around notes, and both before the beginning", () => {
    const drawn = chooseDrawn(ops, [finding("note", 9_000), finding("violation", 15_000, 15_100)], END, 300);
    expect(drawn?.of).toBe(20_000);
    expect(drawn?.operations).toBeLessThanOrEqual(300);
    expect(drawn?.operations).toBeGreaterThan(250);
    for (const [ms_, expected] of [
      [15_050, true],
      [14_995, true],
      [9_000, true],
      [5, true],
      [5_000, false],
      [19_000, false],
    ] as const)
      expect(inside(drawn, ms_ * 1_000, ms_ * 1_000), `${ms_} ms`).toBe(expected);
  });

  it("stays within its limit when findings are everywhere", () => {
    const everywhere = Array.from({ length: 2_000 }, (_, n) => finding("violation", n * 10));
    const drawn = chooseDrawn(ops, everywhere, END, 1_000);
    expect(drawn?.operations).toBeLessThanOrEqual(1_000);
    expect(drawn?.spans).toHaveLength(1);
  });

  it("counts what lies on an edge once", () => {
    const drawn = chooseDrawn(ops, [], END, 5_000);
    const counted = ops.filter(({ invoke }) => inside(drawn, invoke.time / 1e3, invoke.time / 1e3)).length;
    expect(counted).toBe(drawn?.operations);
  });
});

describe("inside", () => {
  const drawn = { spans: [[0, 10] as const, [20, 30] as const], operations: 0, of: 0 };
  it.each([
    [0, 0, true],
    [9, 9, true],
    [10, 10, false],
    [12, 19, false],
    [12, 20, true],
    [5, 25, true],
    [29, 50, true],
    [30, 50, false],
    [-5, -1, false],
  ])("%i to %i: %s", (from, to, expected) => {
    expect(inside(drawn, from, to)).toBe(expected);
  });
});
