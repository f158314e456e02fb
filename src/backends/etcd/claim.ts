import type { Connection } from "./connection.js";
import type { EtcdLease } from "./lease.js";

/** What a recipe works with while it tries to take `lock`. */
export interface Attempt {
  readonly etcd: Connection;
  /** Its own lease, kept alive. What is put under it goes when the lease does. */
  readonly lease: EtcdLease;
  readonly lock: string;
  readonly owner: string;
  /** Aborted when there is no more time to wait: from the start where the lock is only tried. */
  readonly patience: AbortSignal;
}

/** The lock, taken. */
export interface Claim {
  /** A revision of etcd's store: greater than that of every grant before. */
  readonly token: bigint;
  /** Gives the lock back. False: it was no longer ours. */
  giveBack(): Promise<boolean>;
}

/**
 * The heart of a recipe. Null: somebody else holds it and patience has run out. Throws where that is not known, or the
 * lease was lost on the way; the caller then revokes the lease, and with it all that this may have put.
 */
export type Take = (attempt: Attempt) => Promise<Claim | null>;

/** Deletes a key if it is still the one that was created at that revision. */
export async function deleteOwn({ kv }: Connection, key: Buffer, created: bigint): Promise<boolean> {
  const { succeeded } = await kv.txn({
    compare: [{ target: "Create", result: "Equal", key, create_revision: String(created) }],
    success: [{ request_delete_range: { key } }],
  });
  return succeeded;
}

/** Where the locks live. One key, or the directory of those who wait. */
export const lockKey = (lock: string): string => `lockjepsen/${lock}`;
