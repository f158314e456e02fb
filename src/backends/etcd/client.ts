import type { AcquireOptions, ClientContext, Grant, LockClient } from "../../clients/contract.js";
import { DefiniteError } from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import type { Claim, Take } from "./claim.js";
import { openConnection } from "./connection.js";
import { grantLease, type Lease } from "./lease.js";
import { startPatience } from "./patience.js";

const REACH_MS = 2_000;

/**
 * A client of one server: that of its process id, `endpoints[process % endpoints.length]`, as Jepsen binds processes to
 * nodes. It never turns to another one. The next process id does, unless the number of clients is a multiple of the
 * servers'.
 *
 * Every acquire has a lease of its own, as in Jepsen's etcd lock client: granted first, kept alive from then on (while
 * it waits, too), revoked on release. With a lease per session, as the Go client's `concurrency.NewSession` has it, one
 * lost lease would end all locks of a process and be noticed by whichever is taken next.
 */
export async function connectLock(context: ClientContext, take: Take): Promise<LockClient> {
  const { endpoints, owner } = context;
  const endpoint = endpoints[context.process % endpoints.length] ?? "";
  const etcd = openConnection(endpoint);
  const leases = new Set<Lease>();
  const held = new WeakMap<Grant, { readonly lease: Lease; readonly claim: Claim }>();
  await etcd.reach(REACH_MS).catch((error: unknown) => {
    etcd.close();
    throw error;
  });

  async function lease(ttlMs: number, grant: () => Grant | undefined): Promise<Lease> {
    const renewing = async (): Promise<void> => {
      const to = grant();
      if (to) await context.renewing(to);
    };
    const renewed = (sent: bigint): void => {
      const to = grant();
      if (to) context.renewed(to, sent);
    };
    try {
      return await grantLease(etcd, ttlMs / 1_000, { now: context.now, renewing, renewed });
    } catch (error) {
      // Nothing was put under it, and nothing will be: a lease alone holds no lock.
      throw new DefiniteError(`no lease: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Leaves nothing behind, or throws: what an unanswered request put may come to stand as long as the lease is there. */
  async function abandon(lease: Lease, failure?: unknown): Promise<null> {
    leases.delete(lease);
    try {
      await lease.revoke();
    } catch (error) {
      throw failure ? new Error(`${messageOf(failure)}; ${messageOf(error)}`, { cause: failure }) : error;
    }
    if (failure) throw new DefiniteError(messageOf(failure), { cause: failure });
    return null;
  }

  async function acquire(lock: string, { ttlMs, waitMs, signal }: AcquireOptions): Promise<Grant | null> {
    const patience = startPatience(waitMs, signal);
    let grant: Grant | undefined;
    const own = await lease(ttlMs, () => grant);
    leases.add(own);
    if (own.ttlSeconds * 1_000 > ttlMs)
      return await abandon(
        own,
        new Error(
          `etcd grants no lease below ${own.ttlSeconds} s with this election timeout: take that as --ttl`,
        ),
      );
    let claim: Claim | null;
    try {
      claim = signal.aborted
        ? null
        : await take({ etcd, lease: own, lock, owner, patience: patience.signal });
    } catch (error) {
      return await abandon(own, error);
    } finally {
      patience.end();
    }
    if (!claim) return await abandon(own);
    grant = { token: claim.token, validUntil: own.validUntil, lost: own.lost };
    held.set(grant, { lease: own, claim });
    return grant;
  }

  return {
    acquire,
    async release(grant) {
      const mine = held.get(grant);
      if (!mine) throw new DefiniteError("this connection made no such grant");
      const { lease, claim } = mine;
      lease.stop();
      leases.delete(lease);
      // First the key, as `Unlock` of etcd's Go client and Jepsen's release do, then the lease. A revoke alone frees the
      // lock as well, but its answer only says that the lease was alive, not that the key was still there and ours.
      try {
        return (await claim.giveBack()) ? "released" : "not-held";
      } finally {
        // Its answer matters no more: without renewals the lease runs out by itself.
        await lease.revoke().catch(() => {});
      }
    },
    close() {
      for (const lease of leases) lease.stop();
      etcd.close();
      return Promise.resolve();
    },
  };
}
