/** What a typed parameter of a fault becomes. */
import { didYouMean } from "../src/suggest.js";
import { LockjepsenError } from "../src/error.js";
import { parseDuration } from "../src/units.js";
import type { Parameter } from "./types.js";

/** One of a few words. */
export const wordOf =
  (name: string, words: readonly string[]): Parameter["draw"] =>
  (text) => {
    if (words.includes(text)) return text;
    throw new LockjepsenError(
      "usage",
      `--fault ${name}: "${text}" is none of its words`,
      didYouMean(text, words),
    );
  };

/** A length of time, in ms. */
export const durationOf =
  (name: string): Parameter["draw"] =>
  (text) =>
    // What an earlier plan holds is in ms already.
    /^\d+$/.test(text) ? Number(text) : parseDuration(text, `--fault ${name}`);
