import type { Connection } from "./connection.js";

/** One try to take a lock. */
export interface Attempt {
  /** Opens one where there is none. */
  reach(): Promise<Connection>;
  /** Another one of this client's, for what must be committed while a transaction is open. */
  reachBeside(): Promise<Connection>;
  readonly lock: string;
  readonly ttlMs: number;
  readonly owner: string;
  now(): bigint;
  /** Aborted when it shall wait no longer; from the start where it shall not wait at all. */
  readonly patience: AbortSignal;
  /** How long it may wait in all, ms. */
  readonly waitMs: number;
}

/** What a successful one has in its hands. */
export interface Claim {
  readonly token?: bigint;
  /** As the backend's `endSession` takes it. */
  readonly session?: string;
  /** A lease: when the statement that set it was sent. */
  readonly sent?: bigint;
}

/** How a recipe takes and gives back a lock. */
export interface Method {
  /** What ends a hold: its connection, its time to live, or nothing. */
  readonly lease: "connection" | "renewed" | "none";
  /** Whether `take` waits in line itself; else it is asked again and again. */
  readonly waits: boolean;
  /** Null: somebody else holds it, for certain. */
  take(attempt: Attempt): Promise<Claim | null>;
  /** False: it was no longer held. A hold by connection is given back on `db`, the one that it was taken on. */
  giveBack(attempt: Attempt, db: Connection, claim: Claim): Promise<boolean>;
  /** renewed: extends it by its time to live. False: there is no such lease any more. */
  extend?(attempt: Attempt, claim: Claim): Promise<boolean>;
}
