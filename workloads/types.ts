import type { Sum } from "../src/history/context.js";

/** What a client does with the register while it holds the lock. A plugin: one file here, one line in `index.ts`. */
export interface Workload {
  readonly name: string;
  readonly description: string;
  /** Where another process finds it again, if it came with a config: whoever loads that says so. */
  readonly place?: string;
  /** The register's value before the first write. */
  readonly initial: unknown;
  /** What a write does to the value: for a resource that does it by itself. */
  readonly change: Change;
  /** Where its numbers must add up, and how. */
  readonly sum?: Sum;
  /** A run with fewer grants than this was too weak to judge. */
  readonly leastGrants: number;
  /** One round inside the lock. Throws what the hold throws; returns when the lock may be released. */
  round(hold: Hold): Promise<void>;
}

/** A write as data: the element is appended to an array, or added to a number that stays within its bounds. */
export type Change =
  | { readonly kind: "append" }
  | {
      readonly kind: "add";
      /** The element itself, or this much whatever the element is. */
      readonly by: number | "element";
      readonly min?: number;
      readonly max?: number;
    };

/** What a workload may do inside the lock. All of it is recorded. */
export interface Hold {
  readonly ttlMs: number;
  /** Unique in the run, for values that must be told apart. */
  unique(): string;
  read(): Promise<Snapshot>;
  /** Writes `value`, computed from `from`. `element`: what this write adds, for the record. What was written, as a snapshot. */
  write(value: unknown, element: unknown, from: Snapshot): Promise<Snapshot>;
  /** Waits for the time that work takes: drawn from `--hold`. */
  work(): Promise<void>;
  /** Waits that long, or until its client says that the lock is lost. */
  sleep(ms: number): Promise<void>;
  /** False when the holder should stop: its client said that the lock is lost, or the run is ending. */
  going(): boolean;
}

export interface Snapshot {
  readonly value: unknown;
  readonly version: number;
}
