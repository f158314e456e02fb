import { expect, test } from "vitest";
import { percentiles } from "./statistics.js";

test("no percentile is greater than the greatest value", () => {
  expect(percentiles([1e9, 9_021_581_000])).toMatchObject({ count: 2, p99: 9021.581, max: 9021.581 });
});

test("what took longer than an hour counts as an hour", () => {
  expect(percentiles([7.2e12]).p50).toBe(percentiles([3.6e12]).p50);
});
