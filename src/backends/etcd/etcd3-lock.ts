import { Etcd3, EtcdLockFailedError, type IOptions, type Lease, type Lock } from "etcd3";
import {
  DefiniteError,
  type AcquireOptions,
  type ClientContext,
  type Grant,
  type LockClient,
} from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import { tryUntilGranted } from "../patience.js";
import { lockKey } from "./claim.js";
import { deadline, RPC_MS } from "./connection.js";

const POLL_MS = { min: 25, max: 50 };

type Policy = NonNullable<NonNullable<IOptions["faultHandling"]>["global"]>;

/**
 * Each call is made once. By default the library repeats calls, so that one which says that the key is there may speak of
 * its own; and it refuses all for 5 s after three failures.
 */
const once = {
  execute: (call: (context: { signal: AbortSignal }) => unknown) =>
    Promise.resolve().then(() => call({ signal: new AbortController().signal })),
} as unknown as Policy;

interface Hold {
  readonly lock: Lock;
  readonly lease: Lease | null;
}

/**
 * `Lock` of the npm package etcd3, with that library's own connections and keepalives: a key that is created under a
 * lease if it is not there. It cannot wait, so who wants to asks again.
 *
 * `lost` is what the library tells: it looks at the wall clock, and gives up two times to live after the last
 * acknowledgement. `validUntil` is what etcd promised, by the keepalives that the library tells of.
 */
export function connectEtcd3Lock(context: ClientContext): Promise<LockClient> {
  const { endpoints } = context;
  const client = new Etcd3({
    hosts: endpoints[context.process % endpoints.length] ?? "",
    // As its documentation has it: without a deadline a call to a silent server never ends.
    faultHandling: { global: once, host: () => once },
    defaultCallOptions: ({ isStream }) => (isStream ? {} : { deadline: deadline(RPC_MS) }),
  });
  const held = new WeakMap<Grant, Hold>();
  const leases = new Set<Lease>();

  async function attemptOnce(name: string, ttlMs: number): Promise<Grant | null> {
    const lock = client.lock(lockKey(name)).ttl(ttlMs / 1_000);
    const sent = context.now();
    const acquiring = lock.acquire();
    const watched = watch(lock["lease"], sent, ttlMs);
    try {
      await acquiring;
    } catch (error) {
      if (error instanceof EtcdLockFailedError) return null;
      return await withdraw(lock, error);
    }
    return watched.grant(lock, String(await lock.leaseId()));
  }

  /** Once its lease is revoked, nothing that it may have put under it is left, or will come. */
  async function withdraw(lock: Lock, failure: unknown): Promise<never> {
    const trouble = await lock.release().then(() => null, messageOf);
    if (trouble === null) throw new DefiniteError(messageOf(failure), { cause: failure });
    throw new Error(`${messageOf(failure)}; its lease could not be revoked: ${trouble}`, { cause: failure });
  }

  /** Follows a lease from its first keepalive on, which is sent before the lock is ours. */
  function watch(lease: Lease | null, sent: bigint, ttlMs: number) {
    let validUntil = sent + BigInt(ttlMs) * 1_000_000n;
    let grant: Grant | undefined;
    const lost = new AbortController();
    // One stream answers in the order in which it was asked. A new one begins anew.
    let asked: bigint[] = [];
    lease?.on("keepaliveEstablished", () => (asked = []));
    lease?.on("keepaliveFired", () => {
      asked.push(context.now());
      if (grant) void context.renewing(grant); // it waits for nobody: a fault that is aimed lands about now
    });
    lease?.on("keepaliveSucceeded", ({ TTL }) => {
      const at = asked.shift();
      if (at === undefined) return;
      const extended = at + BigInt(TTL) * 1_000_000_000n;
      if (extended > validUntil) validUntil = extended;
      if (grant) context.renewed(grant, at);
    });
    lease?.on("lost", (error) => lost.abort(error));
    return {
      grant(lock: Lock, session: string): Grant {
        grant = { validUntil: () => validUntil, lost: lost.signal, session };
        if (lease) leases.add(lease);
        held.set(grant, { lock, lease });
        return grant;
      },
    };
  }

  const acquire = (lock: string, { ttlMs, ...waiting }: AcquireOptions): Promise<Grant | null> =>
    tryUntilGranted(() => attemptOnce(lock, ttlMs), POLL_MS, waiting);

  return Promise.resolve({
    acquire,
    async release(grant) {
      const mine = held.get(grant);
      if (!mine) throw new DefiniteError("this connection made no such grant");
      if (mine.lease) leases.delete(mine.lease);
      // It takes "no such lease" for done: only what it knew before is told.
      const gone = mine.lease?.revoked() ?? false;
      await mine.lock.release();
      return gone ? "not-held" : "released";
    },
    close() {
      for (const lease of leases) lease.release(); // no more keepalives
      client.close();
      return Promise.resolve();
    },
  });
}
