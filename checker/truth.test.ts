/** The judge against the truth: of simulated services it is known who held, until when, and why no longer. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { forAll } from "./testing/tries.js";
import { termsOf } from "./testing/truth/draw.js";
import { wrongsOf } from "./testing/truth/judged.js";
import { runOf, type KnownRun } from "./testing/truth/run.js";
import type { Terms } from "./testing/truth/world.js";

const RUNS = 400;

interface Played {
  readonly terms: Terms;
  readonly run: KnownRun;
}
const play = (terms: Terms): Played => ({ terms, run: runOf(terms) });
const isRight = ({ terms, run }: Played): void =>
  expect(wrongsOf(run, terms), JSON.stringify(terms)).toEqual([]);

const sound = (seed: number): Played => play(termsOf(seed, true));
test(
  "a sound service is blamed for nothing, and what happened is known",
  () => forAll(fc.noShrink(fc.nat()), sound, RUNS, isRight),
  60_000,
);

// The same runs each time. In one of some thousands two bugs of a service look like something else, and nobody could tell.
test("every double grant that was told is seen, and only who broke his word is blamed", () => {
  for (let seed = 0; seed < RUNS; seed += 1) isRight(play(termsOf(seed)));
}, 60_000);
