import type { VerdictWord } from "../../checker/types.js";
import { EXIT } from "../error.js";

export type Expectation = "valid" | "violated";
export const EXPECTATIONS = ["valid", "violated"] as const satisfies readonly Expectation[];

/** The exit code of a verdict. Expected: 0; the other one: 1; and unknown is never what was expected. */
export function exitCodeOf(verdict: VerdictWord, expected: Expectation = "valid"): number {
  if (verdict === "unknown") return EXIT.unknown;
  return verdict === expected ? EXIT.valid : EXIT.violated;
}

export { worst } from "../check/worst.js";

export const EXIT_CODES = `Exit codes:
   0 valid           1 violated       2 unknown: too weak to judge
   3 environment    64 usage         70 a bug in lockjepsen
 130 interrupted`;
