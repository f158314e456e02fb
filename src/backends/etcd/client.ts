import type { AcquireOptions, ClientContext, Grant, LockClient } from "../../clients/contract.js";
import { DefiniteError } from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import type { Attempt, Claim, Take } from "./claim.js";
import { openConnection } from "./connection.js";
import type { LeaseHooks } from "../lease.js";
import { startPatience } from "../patience.js";
import { grantLease, type EtcdLease } from "./lease.js";

const REACH_MS = 2_000;

/**
 * A client of one server: that of its process id, `endpoints[process % endpoints.length]`, as Jepsen binds processes to
 * nodes. It never turns to another one. The next process id does, unless the number of clients is a multiple of the
 * servers'.
 *
 * Every acquire has a lease of its own, as in Jepsen's etcd lock client: granted first, kept alive from then on (while
 * it waits, too), revoked on release. Where one lease serves a whole session, as `concurrency.NewSession` of etcd's Go
 * client has it, a lease that was lost between two acquires is found by the next one only.
 */
export async function connectLock(context: ClientContext, take: Take): Promise<LockClient> {
  const { endpoints, owner } = context;
  const endpoint = endpoints[context.process % endpoints.length] ?? "";
  const etcd = openConnection(endpoint);
  const leases = new Set<EtcdLease>();
  const held = new WeakMap<Grant, { readonly lease: EtcdLease; readonly claim: Claim }>();
  await etcd.reach(REACH_MS).catch((error: unknown) => {
    etcd.close();
    throw error;
  });

  /** A lease, renewed from now on: in the name of its grant as soon as there is one. */
  async function begin(ttlMs: number, grant: () => Grant | undefined): Promise<EtcdLease> {
    const hooks: LeaseHooks = {
      now: context.now,
      async renewing() {
        const to = grant();
        if (to) await context.renewing(to);
      },
      renewed(sent) {
        const to = grant();
        if (to) context.renewed(to, sent);
      },
    };
    const lease = await grantLease(etcd, ttlMs / 1_000, hooks).catch((error: unknown) => {
      // Nothing was put under it, and nothing will be: a lease alone holds no lock.
      throw new DefiniteError(`no lease: ${messageOf(error)}`, { cause: error });
    });
    leases.add(lease);
    const least = lease.ttlSeconds;
    if (least * 1_000 > ttlMs)
      await abandon(lease, new Error(`etcd grants no lease below ${least} s here: take --ttl ${least}s`));
    return lease;
  }

  /** Leaves nothing behind, or throws: what an unanswered request put may come to stand while the lease is there. */
  async function abandon(lease: EtcdLease, failure?: unknown): Promise<null> {
    leases.delete(lease);
    try {
      await lease.revoke();
    } catch (error) {
      throw failure ? new Error(`${messageOf(failure)}; ${messageOf(error)}`, { cause: failure }) : error;
    }
    if (failure) throw new DefiniteError(messageOf(failure), { cause: failure });
    return null;
  }

  async function takeUnder(lease: EtcdLease, attempt: Attempt, signal: AbortSignal): Promise<Claim | null> {
    let claim: Claim | null;
    try {
      claim = signal.aborted ? null : await take(attempt);
    } catch (error) {
      return await abandon(lease, error);
    }
    return claim ?? (await abandon(lease));
  }

  async function acquire(lock: string, { ttlMs, waitMs, signal }: AcquireOptions): Promise<Grant | null> {
    const patience = startPatience(waitMs, signal);
    let grant: Grant | undefined;
    try {
      const lease = await begin(ttlMs, () => grant);
      const attempt = { etcd, lease, lock, owner, patience: patience.signal };
      const claim = await takeUnder(lease, attempt, signal);
      if (!claim) return null;
      const { id: session, validUntil, lost } = lease;
      grant = { token: claim.token, validUntil, lost, session };
      held.set(grant, { lease, claim });
      return grant;
    } finally {
      patience.end();
    }
  }

  return {
    acquire,
    async release(grant) {
      const mine = held.get(grant);
      if (!mine) throw new DefiniteError("this connection made no such grant");
      const { lease, claim } = mine;
      lease.stop();
      leases.delete(lease);
      // First the key, as `Unlock` of etcd's Go client and Jepsen's release do, then the lease. A revoke alone frees
      // the lock as well, but its answer only says that the lease was alive, not that the key was there and ours.
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
