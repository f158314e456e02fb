import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, formatRange, formatTime, parseDuration, parseRange } from "./units.js";

describe("durations", () => {
  it.each([
    ["500ms", 500],
    ["2s", 2_000],
    ["1.5s", 1_500],
    ["0.1s", 100],
    ["1m", 60_000],
    ["8h", 28_800_000],
    ["0", 0],
    ["0s", 0],
    [" 2 s ", 2_000],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDuration(text, "--ttl")).toBe(ms);
  });

  it.each(["", "2", "s", "2 sec", "-1s", "1s2", "1e3ms", "0.5ms", "2S", "99999999999999999999h", "∞"])(
    "refuses %j, and says which option and how to write it",
    (text) => {
      expect(() => parseDuration(text, "--ttl")).toThrow(
        expect.objectContaining({
          code: "usage",
          message: expect.stringContaining("--ttl"),
          hint: expect.stringContaining("500ms"),
        }),
      );
    },
  );

  it("reads back what it writes", () => {
    fc.assert(fc.property(fc.nat({ max: 1e9 }), (ms) => parseDuration(formatDuration(ms), "x") === ms));
    fc.assert(
      fc.property(fc.nat({ max: 1e4 }), fc.constantFrom(1, 1_000, 60_000, 3_600_000), (n, unit) => {
        expect(parseDuration(formatDuration(n * unit), "x")).toBe(n * unit);
      }),
    );
  });

  it("keeps the words people use", () => {
    expect([2_000, 60_000, 120_000, 600_000, 28_800_000, 1_500].map(formatDuration)).toEqual([
      "2s",
      "60s",
      "120s",
      "10m",
      "8h",
      "1500ms",
    ]);
  });
});

describe("ranges", () => {
  it.each([
    ["0-500ms", 0, 500],
    ["1s-2s", 1_000, 2_000],
    ["1-2s", 1_000, 2_000],
    ["100ms-1s", 100, 1_000],
    ["0s - 2s", 0, 2_000],
    ["300ms", 300, 300],
    ["0", 0, 0],
    ["0.5-1.5s", 500, 1_500],
  ])("%s is %d to %d ms", (text, min, max) => {
    expect(parseRange(text, "--hold")).toEqual({ min, max });
  });

  it.each(["", "-", "1s-", "-2s", "1-2", "1s-2", "1s-2s-3s", "a-b", "1s..2s"])("refuses %j", (text) => {
    expect(() => parseRange(text, "--hold")).toThrow(expect.objectContaining({ code: "usage" }));
  });

  it("refuses a range that ends before it begins, and shows it the right way round", () => {
    expect(() => parseRange("2s-1s", "--hold")).toThrow(
      expect.objectContaining({ hint: "swap its ends: 1s-2s" }),
    );
  });

  it("reads back what it writes", () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e7 }), fc.nat({ max: 1e7 }), (a, b) => {
        const range = { min: Math.min(a, b), max: Math.max(a, b) };
        expect(parseRange(formatRange(range), "x")).toEqual(range);
      }),
    );
  });
});

it.each([
  [0.123456, "0.123 ms"],
  [3.21, "3.21 ms"],
  [870.4, "870 ms"],
  [999.99, "1 s"],
  [59_990, "1 min 0 s"],
  [4_150, "4.15 s"],
  [12_345, "12.3 s"],
  [90_000, "1 min 30 s"],
])("a measured time of %d ms reads %s", (ms, text) => {
  expect(formatTime(ms)).toBe(text);
});
