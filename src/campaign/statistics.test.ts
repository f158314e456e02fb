import * as fc from "fast-check";
import { expect, it } from "vitest";
import { rate } from "./statistics.js";

// Known values: R's prop.test(x, n, correct = FALSE)$conf.int, and R. G. Newcombe, Statistics in Medicine 17 (1998), table I.
it.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
  [29, 29, 0.883, 1],
  [5, 10, 0.2366, 0.7634],
])("%d of %d lies in %d to %d", (count, total, low, high) => {
  const { interval } = rate(count, total);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

it("says nothing after no run", () => {
  expect(rate(0, 0)).toEqual({ count: 0, total: 0, share: 0, interval: { low: 0, high: 1 } });
});

it("holds the share, lies in [0, 1], and is symmetric", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat({ max: 10_000 }), (total, some) => {
      const count = Math.min(some, total);
      const { share, interval } = rate(count, total);
      const mirrored = rate(total - count, total).interval;
      expect(interval.low).toBeGreaterThanOrEqual(0);
      expect(interval.low).toBeLessThanOrEqual(share);
      expect(interval.high).toBeGreaterThanOrEqual(share);
      expect(interval.high).toBeLessThanOrEqual(1);
      expect(mirrored.low).toBeCloseTo(1 - interval.high, 12);
    }),
  );
});
