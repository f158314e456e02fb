import { expect, it } from "vitest";
import { ms, processId, type ClientEvent } from "../../history/event.js";
import { pairOperations } from "../../history/pairs.js";
import { makeSeries } from "./series.js";

const about = { process: processId(1), client: "c1", lock: "lock-1" } as const;
const event = (type: ClientEvent["type"], f: "read" | "write", atMs: number): ClientEvent => ({
  ...about,
  type,
  f,
  time: ms(atMs),
});

it("counts each operation where it ended, and takes quantiles of those that succeeded", () => {
  const ops = pairOperations([
    event("invoke", "read", 0),
    event("ok", "read", 4),
    event("invoke", "read", 50),
    event("ok", "read", 52),
    event("invoke", "read", 90),
    event("fail", "read", 150),
    event("invoke", "write", 160),
  ]);
  const { bucket, latency, rate } = makeSeries(ops, 200_000);
  expect(bucket).toBe(100_000);
  expect(latency).toEqual({ read: { p50: [2, null, null], p99: [4, null, null] } });
  expect(rate).toEqual({ ok: [20, 0, 0], fail: [0, 10, 0], info: [0, 10, 0] });
});

it("keeps its number of buckets on a long run", () => {
  const { bucket, rate } = makeSeries([], 3_600e6);
  expect(bucket).toBeGreaterThan(29e6);
  expect(rate["ok"]?.length).toBeLessThanOrEqual(121);
});
