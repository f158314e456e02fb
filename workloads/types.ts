/** What a client does with the register while it holds the lock. A plugin: one file here, one line in `index.ts`. */
export interface Workload {
  readonly name: string;
  readonly description: string;
  /** The register's value before the first write. */
  readonly initial: unknown;
  /** A run with fewer grants than this was too weak to judge. */
  readonly leastGrants: number;
  /** One round inside the lock. Throws what the hold throws; returns when the lock may be released. */
  round(hold: Hold): Promise<void>;
}

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
  sleep(ms: number): Promise<void>;
  /** False when the holder should stop: its client said that the lock is lost, or the run is ending. */
  going(): boolean;
}

export interface Snapshot {
  readonly value: unknown;
  readonly version: number;
}
