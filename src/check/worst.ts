import type { VerdictWord } from "../../checker/types.js";

const WORST_FIRST: readonly VerdictWord[] = ["violated", "unknown", "valid"];

/** A violation outranks unknown: one bad history is enough. None at all is unknown. */
export const worst = (verdicts: readonly VerdictWord[]): VerdictWord =>
  WORST_FIRST.find((word) => verdicts.includes(word)) ?? "unknown";
