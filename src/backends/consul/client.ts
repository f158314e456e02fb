import {
  DefiniteError,
  type AcquireOptions,
  type ClientContext,
  type Grant,
  type LockClient,
} from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import { startPatience } from "../patience.js";
import { openConnection } from "./connection.js";
import { startSession, type Session, type Terms } from "./session.js";
import { take, type Claim } from "./take.js";

export interface Method extends Terms {
  /** What of the key's entry grows with every grant. */
  readonly token: "LockIndex" | "ModifyIndex";
}

/** What the next holder is spared is not worth more: a server that is silent now will hardly answer. */
const COURTESY_MS = 1_000;

/** Where the locks live. */
const lockKey = (lock: string): string => `lockjepsen/${lock}`;

/**
 * A client of one server, that of its process id: `endpoints[process % endpoints.length]`, as with etcd. It never turns
 * to another one.
 *
 * Every acquire has a session of its own, created first, renewed from then on (while it waits, too), destroyed after the
 * release, as `api.Lock` of Consul's Go client does it.
 */
export async function connectLock(context: ClientContext, method: Method): Promise<LockClient> {
  const { endpoints } = context;
  const consul = openConnection(endpoints[context.process % endpoints.length] ?? "");
  const sessions = new Set<Session>();
  const held = new WeakMap<Grant, { readonly session: Session; readonly claim: Claim }>();
  await consul.leader().catch((error: unknown) => {
    consul.close();
    throw error;
  });

  async function begin(ttlMs: number, grant: () => Grant | undefined): Promise<Session> {
    const session = await startSession(consul, method, ttlMs, {
      owner: context.owner,
      now: context.now,
      async renewing() {
        const to = grant();
        if (to) await context.renewing(to);
      },
      renewed(sent) {
        const to = grant();
        if (to) context.renewed(to, sent);
      },
    }).catch((error: unknown) => {
      // Nothing was acquired by it, and nothing will be: a session alone holds no lock.
      throw new DefiniteError(`no session: ${messageOf(error)}`, { cause: error });
    });
    sessions.add(session);
    return session;
  }

  /**
   * Leaves nothing behind, or throws: once its session is known to be destroyed, no acquire by it can succeed any more.
   * A key that it may hold is released first: otherwise its lock-delay would shut out everybody.
   */
  async function abandon(session: Session, key: string, failure?: unknown): Promise<null> {
    sessions.delete(session);
    session.stop();
    if (failure) await consul.release(key, session.id, COURTESY_MS).catch(() => {});
    try {
      await consul.destroy(session.id);
    } catch (error) {
      const open = `its session could not be destroyed: ${messageOf(error)}`;
      throw new Error(failure ? `${messageOf(failure)}; ${open}` : open, { cause: error });
    }
    if (failure) throw new DefiniteError(messageOf(failure), { cause: failure });
    return null;
  }

  async function acquire(lock: string, { ttlMs, waitMs, signal }: AcquireOptions): Promise<Grant | null> {
    const patience = startPatience(waitMs, signal);
    const key = lockKey(lock);
    let grant: Grant | undefined;
    try {
      const session = await begin(ttlMs, () => grant);
      let claim: Claim | null;
      try {
        claim = signal.aborted
          ? null
          : await take({ consul, session, key, token: method.token, patience: patience.signal });
      } catch (error) {
        return await abandon(session, key, error);
      }
      if (!claim) return await abandon(session, key);
      const { id, validUntil, lost } = session;
      grant = { token: claim.token, validUntil, lost, session: id };
      held.set(grant, { session, claim });
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
      const { session, claim } = mine;
      session.stop();
      sessions.delete(session);
      // First the key: with its session, its lock-delay would begin.
      try {
        return (await claim.giveBack()) ? "released" : "not-held";
      } finally {
        // Its answer matters no more: without renewals the session runs out by itself.
        await consul.destroy(session.id).catch(() => {});
      }
    },
    close() {
      for (const session of sessions) session.stop();
      consul.close();
      return Promise.resolve();
    },
  };
}
