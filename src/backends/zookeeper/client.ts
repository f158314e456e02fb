import {
  DefiniteError,
  type AcquireOptions,
  type ClientContext,
  type Grant,
  type LockClient,
} from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import type { Lease, LeaseHooks } from "../lease.js";
import { startPatience } from "../patience.js";
import { loadAddon } from "./addon.js";
import type { Connection } from "./connection.js";
import { directoryOf, enqueue, leave } from "./queue.js";
import { openSessions, type Session } from "./session.js";
import { isFirst, type Place } from "./take.js";

export interface Method {
  readonly watches: Place["watches"];
  /** What a holder makes of its session. */
  hold(session: Session, sent: bigint, hooks: LeaseHooks): Lease;
}

/**
 * A client with one session at a time, from its first acquire until that is over. It knows all servers and begins with
 * that of its process id; where the connection is lost, the client library goes on with another one and keeps the session.
 *
 * Its end is the session's: where a lease can be left to itself, a connection of ZooKeeper's client cannot be closed
 * without ending the session, and with it what it holds.
 */
export async function connectLock(context: ClientContext, method: Method): Promise<LockClient> {
  const { endpoints, owner, now } = context;
  await loadAddon();
  const first = context.process % endpoints.length;
  const sessions = openSessions([...endpoints.slice(first), ...endpoints.slice(0, first)]);
  const held = new WeakMap<Grant, Hold>();
  const leases = new Set<Lease>();

  /** Leaves nothing behind, or throws. */
  async function withdraw(connection: Connection, path: string, failure?: unknown): Promise<null> {
    try {
      await leave(connection, path);
    } catch (error) {
      throw new Error(failure ? `${messageOf(failure)}; ${messageOf(error)}` : messageOf(error), {
        cause: error,
      });
    }
    if (failure) throw new DefiniteError(messageOf(failure), { cause: failure });
    return null;
  }

  /** Of the node that is the first now. The look that shows it is also the first that keeps its session alive. */
  async function grantOf(session: Session, path: string): Promise<Grant> {
    const { connection } = session;
    const sent = now();
    const stat = await connection.exists(path);
    if (!stat || !connection.id.startsWith(`${stat.ephemeralOwner}:`))
      throw new Error("lost the lock before it knew that it had it");
    const lease = method.hold(session, sent, {
      now,
      renewing: () => context.renewing(grant),
      renewed: (asked) => context.renewed(grant, asked),
    });
    const grant: Grant = {
      token: BigInt(stat.czxid),
      validUntil: lease.validUntil,
      lost: lease.lost,
      session: connection.id,
    };
    try {
      lease.check();
    } catch (error) {
      lease.stop();
      throw error;
    }
    leases.add(lease);
    held.set(grant, { connection, path, lease });
    return grant;
  }

  async function acquire(lock: string, { ttlMs, waitMs, signal }: AcquireOptions): Promise<Grant | null> {
    const patience = startPatience(waitMs, signal);
    try {
      if (signal.aborted) return null;
      const session = await sessions.get(ttlMs);
      const { connection } = session;
      const directory = directoryOf(lock);
      const path = await enqueue(connection, directory, owner);
      try {
        const place = { connection, directory, path, patience: patience.signal, watches: method.watches };
        if (await isFirst(place)) return await grantOf(session, path);
      } catch (error) {
        return await withdraw(connection, path, error);
      }
      return await withdraw(connection, path);
    } finally {
      patience.end();
    }
  }

  return {
    acquire,
    async release(grant) {
      const mine = held.get(grant);
      if (!mine) throw new DefiniteError("this connection made no such grant");
      mine.lease.stop();
      leases.delete(mine.lease);
      return (await leave(mine.connection, mine.path)) ? "released" : "not-held";
    },
    close() {
      for (const lease of leases) lease.stop();
      sessions.close();
      return Promise.resolve();
    },
  };
}

interface Hold {
  readonly connection: Connection;
  readonly path: string;
  readonly lease: Lease;
}
