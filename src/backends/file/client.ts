import { randomUUID } from "node:crypto";
import {
  DefiniteError,
  type AcquireOptions,
  type ClientContext,
  type Grant,
  type LockClient,
} from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import { endless, watchLease, type Lease } from "../lease.js";
import { tryUntilGranted } from "../patience.js";
import { ageOf, create, pathOf, remove, removeOwn } from "./lock-file.js";

/** Nobody tells that a file is gone. */
const POLL_MS = { min: 10, max: 50 };

/** A file's time is that of the kernel's last tick, of 1 to 10 ms: by it a file is older than it is. */
const TICK_MS = 10;

interface Held {
  readonly path: string;
  readonly owner: string;
  readonly lease: Lease;
}

export interface LockOptions {
  /** Whether a file that is older than the time to live is removed by whoever wants the lock. */
  readonly breaksStale: boolean;
}

/** A client of the directory. There is no server to answer late: each outcome is known as soon as it is there. */
export function connectLock(
  { endpoints, now, owner }: ClientContext,
  { breaksStale }: LockOptions,
): LockClient {
  const [directory = ""] = endpoints;
  const held = new WeakMap<Grant, Held>();
  const leases = new Set<Lease>();

  /** Null: somebody else holds it. */
  async function attemptOnce(lock: string, ttlMs: number): Promise<Grant | null> {
    const path = pathOf(directory, lock);
    const mine = `${owner} ${randomUUID()}`;
    if (breaksStale && ((await ageOf(path)) ?? 0) > ttlMs) await remove(path);
    const sent = now();
    const made = await create(path, mine).catch((cause: unknown) => {
      throw new DefiniteError(messageOf(cause), { cause });
    });
    if (!made) return null;
    const lasts = ttlMs - TICK_MS;
    if (breaksStale && now() >= sent + BigInt(lasts) * 1_000_000n) {
      await removeOwn(path, mine);
      throw new DefiniteError("its file was old before it was sure to have it");
    }
    const lease = breaksStale
      ? watchLease({ sent, ttlMs: lasts, now, renewing: () => Promise.resolve(), renewed() {} })
      : endless();
    const { validUntil, lost } = lease;
    const grant: Grant = { validUntil, lost, session: `${mine} ${lock}` };
    held.set(grant, { path, owner: mine, lease });
    leases.add(lease);
    return grant;
  }

  const acquire = (lock: string, { ttlMs, ...waiting }: AcquireOptions): Promise<Grant | null> =>
    tryUntilGranted(() => attemptOnce(lock, ttlMs), POLL_MS, waiting);

  return {
    acquire,
    async release(grant) {
      const mine = held.get(grant);
      if (!mine) throw new DefiniteError("this connection made no such grant");
      mine.lease.stop();
      leases.delete(mine.lease);
      return (await removeOwn(mine.path, mine.owner)) ? "released" : "not-held";
    },
    close() {
      for (const lease of leases) lease.stop();
      return Promise.resolve();
    },
  };
}

/** Removes the file of a hold by hand. */
export async function endSession([directory = ""]: readonly string[], session: string): Promise<string> {
  const [, owner = "", lock = ""] = /^(\S+ \S+) (.*)$/s.exec(session) ?? [];
  const path = pathOf(directory, lock);
  if (!(await removeOwn(path, owner))) throw new DefiniteError(`${path} is not of ${owner}`);
  return `${path} of ${owner} removed by hand`;
}
