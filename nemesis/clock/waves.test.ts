import { expect, test } from "vitest";
import { createRandom } from "../../src/random.js";
import { drawOffset, drawRate } from "./parameters.js";
import { waves } from "./waves.js";

const terms = { offset: 3_000, rate: 0.1, period: 500 };
const at = (name: keyof typeof waves, ...times: number[]): number[] =>
  times.map((ms) => Math.round(waves[name](terms)(ms)));

test("how far a clock is off, as time goes by", () => {
  expect(at("jump", 0, 10, 10_000)).toEqual([3_000, 3_000, 3_000]);
  expect(at("drift", 0, 100, 10_000)).toEqual([0, 10, 1_000]);
  expect(at("strobe", 0, 499, 500, 999, 1_000)).toEqual([3_000, 3_000, 0, 0, 3_000]);
  expect(at("reset", 0, 490, 500, 990)).toEqual([0, 49, 0, 49]);
});

const about = { ttlMs: 2_000 };
const random = createRandom(1);
const offset = (text: string) => drawOffset(text, random, about);
const rate = (text: string) => drawRate(text, random, about);

test("an offset is typed, repeated from a plan, or drawn: never less than a lease", () => {
  expect(["3s", "+3s", "-10h", "-36000000"].map(offset)).toEqual([3_000, 3_000, -36_000_000, -36_000_000]);
  for (const text of ["much", "0s", "--1s", "3 apples", ""]) {
    expect(() => offset(text)).toThrow(/clock.offset/);
  }
  const drawn = Array.from({ length: 300 }, () => Number(offset("drawn")));
  for (const ms of drawn) expect(Math.abs(ms)).toBeGreaterThanOrEqual(2_000);
  expect(Math.max(...drawn)).toBeGreaterThan(3_600_000);
  expect(Math.max(...drawn)).toBeLessThanOrEqual(36_000_000);
  const back = drawn.filter((ms) => ms < 0).length;
  expect(back).toBeGreaterThan(60);
  expect(back).toBeLessThan(140);
});

test("a rate is typed, repeated from a plan, or drawn: never backwards", () => {
  expect(["1%", "-50%", "+10%", "0.25", "100%"].map(rate)).toEqual([0.01, -0.5, 0.1, 0.25, 1]);
  for (const text of ["fast", "0%", "-100%", "-2", "", "%"]) expect(() => rate(text)).toThrow(/clock.rate/);
  const drawn = Array.from({ length: 300 }, () => Number(rate("drawn")));
  for (const share of drawn) {
    expect(Math.abs(share)).toBeGreaterThan(0.04);
    expect(share).toBeGreaterThan(-0.6);
    expect(share).toBeLessThanOrEqual(1);
  }
});
