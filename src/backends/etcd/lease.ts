import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { messageOf } from "../../error.js";
import { watchLease, type Lease, type LeaseHooks } from "../lease.js";
import type { Connection } from "./connection.js";
import { renew } from "./renewal.js";

/** How long a revocation may be silent before it is sent once more. */
const AGAIN_MS = 2_000;

/** A lease at the service, renewed every third of its time to live until it is lost or stopped. */
export interface EtcdLease extends Lease {
  /** Decimal digits of an int64. */
  readonly id: string;
  /** As etcd granted it: it may be longer than what was asked for. */
  readonly ttlSeconds: number;
  /** Stops, and ends the lease with all keys under it. Resolves when etcd confirmed that there is no such lease. */
  revoke(): Promise<void>;
}

/** Asks for a lease. Rejects when none was granted, or nobody knows: then an empty lease may stand until it runs out. */
export async function grantLease(
  etcd: Connection,
  ttlSeconds: number,
  hooks: LeaseHooks,
): Promise<EtcdLease> {
  const sent = hooks.now();
  const { ID: id, TTL } = await etcd.lease.leaseGrant({ TTL: ttlSeconds });
  const lease = watchLease({
    ...hooks,
    sent,
    ttlMs: Number(TTL) * 1_000,
    renewal: {
      async once(signal) {
        const left = await renew(etcd, id, signal);
        return left > 0 ? left * 1_000 : null;
      },
      gone: "etcd says that the lease is gone",
    },
  });
  return {
    ...lease,
    id,
    ttlSeconds: Number(TTL),
    async revoke() {
      lease.stop();
      await revokeLease(etcd, id);
    },
  };
}

/**
 * Revoking goes through consensus: who hears that it is done, or that there was none, knows that the lease and its keys
 * are gone, and that no put under it can succeed any more.
 */
export async function revokeLease(etcd: Connection, id: string): Promise<void> {
  const ask = async (): Promise<void> => {
    try {
      await etcd.lease.leaseRevoke({ ID: id });
    } catch (error) {
      if (!isUnknownLease(error)) throw error;
    }
  };
  const first = ask();
  // A follower that is not connected to its leader yet forwards it to nowhere, and is silent; a second time does no harm.
  const silent = sleep(AGAIN_MS, "silent", { ref: false });
  try {
    if ((await Promise.race([first, silent])) === "silent") await Promise.any([first, ask()]);
  } catch (error) {
    const why: unknown = error instanceof AggregateError ? error.errors[0] : error;
    throw new Error(`its lease could not be revoked: ${messageOf(why)}`, { cause: error });
  }
}

export const isUnknownLease = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === status.NOT_FOUND;
