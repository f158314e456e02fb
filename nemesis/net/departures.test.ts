import { expect, test } from "vitest";
import { departures, EMPTY_LANE, type Lane } from "./departures.js";
import { combined, describeShaping, UNSHAPED, type Shaping } from "./shaping.js";
import { createRandom } from "../../src/random.js";

/** When packets that come every ms, of 125 bytes (1 kbit) each, go out. */
function sendAll(shaping: Partial<Shaping>, count = 1_000): readonly (readonly number[])[] {
  const random = createRandom(1);
  let lane: Lane = EMPTY_LANE;
  return Array.from({ length: count }, (_, now) => {
    const sent = departures({ ...UNSHAPED, ...shaping }, lane, { now, bytes: 125 }, random.fraction);
    lane = sent.lane;
    return sent.at;
  });
}

test("a delay is kept, its jitter stays within bounds, and nobody is overtaken", () => {
  expect(sendAll({ delayMs: 50 }).flat()).toEqual(Array.from({ length: 1_000 }, (_, now) => now + 50));
  const jittered = sendAll({ delayMs: 50, jitterMs: 20 }).flat();
  const delays = jittered.map((at, now) => at - now);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(30);
  expect(Math.max(...delays)).toBeLessThanOrEqual(70);
  expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(10);
  expect(jittered).toEqual(jittered.toSorted((one, other) => one - other));
});

test("so many are lost, doubled and reordered as were asked for", () => {
  expect(sendAll({ loss: 0.3 }).filter((at) => at.length === 0).length).toBeGreaterThan(250);
  expect(sendAll({ loss: 0.3 }).filter((at) => at.length === 0).length).toBeLessThan(350);
  expect(sendAll({ loss: 1 }).flat()).toEqual([]);
  expect(sendAll({ duplicate: 1 }).every((at) => at.length === 2)).toBe(true);
  const reordered = sendAll({ delayMs: 50, reorder: 0.1 });
  expect(reordered.filter(([at], now) => at === now).length).toBeGreaterThan(60);
  expect(reordered.filter(([at], now) => at === now).length).toBeLessThan(140);
});

test("a rate makes packets wait for each other", () => {
  // 1 kbit every ms is 1000 kbit/s: at half of that each waits longer than the one before.
  const sent = sendAll({ rateKbit: 500 }, 100).flat();
  expect(sent).toEqual(Array.from({ length: 100 }, (_, nth) => 2 * (nth + 1)));
});

test("two on one way are as if one followed the other", () => {
  const both = combined([
    { ...UNSHAPED, delayMs: 10, loss: 0.5, rateKbit: 100 },
    { ...UNSHAPED, delayMs: 5, jitterMs: 1, loss: 0.5 },
  ]);
  expect(both).toEqual({ delayMs: 15, jitterMs: 1, loss: 0.75, duplicate: 0, reorder: 0, rateKbit: 100 });
  expect(describeShaping(both)).toBe("delay 15 ms ± 1 ms, loss 75 %, rate 100 kbit/s");
  expect(describeShaping(combined([]))).toBe("nothing");
});
