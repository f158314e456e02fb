import type { RunOptions } from "../../plan/options.js";
import type { VerdictDocument } from "../../report/types.js";

/** A claim that people make of locks, and the runs that settle it. A plugin: one file here, one line in `index.ts`. */
export interface Scenario {
  readonly name: string;
  /** One sentence, as it is made. */
  readonly claim: string;
  /** Who makes it, or where it is discussed. */
  readonly source: string;
  /** By the names that `decide` knows them by; seeds are added. */
  readonly runs: Readonly<Record<string, RunOptions>>;
  /** Why it takes longer than a minute, where it does. */
  readonly slow?: string;
  /** Pure. Of runs that all came to a verdict. */
  decide(results: Results): Decision;
}

/** The verdicts by the names of the runs. Throws for a name that is none. */
export type Results = (name: string) => VerdictDocument;

export interface Decision {
  readonly outcome: "confirmed" | "refuted" | "unknown";
  /** The figures that say so. */
  readonly because: string;
}
