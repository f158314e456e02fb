/** The judge against the truth: of simulated services it is known who held, until when, and why no longer. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { forAll } from "./testing/tries.js";
import { termsOf } from "./testing/truth/draw.js";
import { wrongsOf } from "./testing/truth/judged.js";
import { runOf } from "./testing/truth/run.js";

const RUNS = 500;

test("the judge sees every double grant that was told, and blames nobody for what he did not do", () => {
  const seed = fc.noShrink(fc.nat());
  const play = (drawn: number) => {
    const terms = termsOf(drawn);
    return { terms, run: runOf(terms) };
  };
  forAll(seed, play, RUNS, ({ terms, run }) =>
    expect(wrongsOf(run, terms), JSON.stringify(terms)).toEqual([]),
  );
}, 60_000);
