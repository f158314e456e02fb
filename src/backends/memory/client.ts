import {
  DefiniteError,
  type AcquireOptions,
  type ClientContext,
  type Grant,
  type LockClient,
} from "../../clients/contract.js";
import { openConnection } from "./connection.js";
import { reopening } from "./reopening.js";
import { keepAlive, type Lease } from "./lease.js";
import type { Answer } from "./protocol.js";

export interface LockOptions {
  readonly recipe: string;
  /** Looks, before it says OK, whether its lease still stands. */
  readonly checked: boolean;
  /**
   * A lease whose time is over is in jeopardy, not lost: for so many times to live it is asked for, on new connections
   * if need be. Absent: a connection that broke is not replaced.
   */
  readonly graceTtls?: number;
}

/** Every acquire has a lease of its own, which runs from the moment of asking and is renewed while it waits, too. */
export async function connectLock(context: ClientContext, options: LockOptions): Promise<LockClient> {
  const { endpoints, owner, now } = context;
  const { recipe, graceTtls } = options;
  const [endpoint = ""] = endpoints;
  const service = await (graceTtls === undefined ? openConnection : reopening)(endpoint, recipe);
  const leases = new Set<Lease>();
  const held = new WeakMap<Grant, { readonly lease: Lease; giveBack(): Promise<Answer> }>();
  let acquires = 0;

  async function acquire(lock: string, { ttlMs, waitMs, signal }: AcquireOptions): Promise<Grant | null> {
    if (signal.aborted) return null;
    const about = { lock, lease: `${owner}.${(acquires += 1)}` } as const;
    let grant: Grant | undefined;
    const lease = keepAlive(ttlMs, {
      now,
      renewing: async () => grant && (await context.renewing(grant)),
      renew: async () => (await service.ask({ do: "renew", lease: about.lease })).ok,
      renewed: (sent) => grant && context.renewed(grant, sent),
      ...(graceTtls !== undefined && { graceMs: graceTtls * ttlMs }),
    });
    leases.add(lease);
    const giveBack = (): Promise<Answer> => {
      lease.stop();
      leases.delete(lease);
      return service.ask({ do: "release", ...about });
    };

    let cancelled: Promise<Answer> | undefined;
    const cancel = (): void => {
      cancelled ??= giveBack();
      cancelled.catch(() => {}); // told to whoever awaits it below
    };
    const timer = waitMs > 0 ? setTimeout(cancel, waitMs) : undefined;
    signal.addEventListener("abort", cancel, { once: true });
    let granted: Answer;
    try {
      // Cancelled, the service answers this, too: refused, or granted before and freed by the cancelling.
      granted = await service.ask({ do: "acquire", ...about, ttlMs, wait: waitMs > 0 }, waitMs);
      if (cancelled) {
        await cancelled;
        return null;
      }
    } catch (error) {
      lease.stop();
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    }

    if (!granted.ok) {
      lease.stop();
      if (waitMs === 0) return null;
      throw new DefiniteError("lost its lease while it waited");
    }
    if (options.checked && (lease.lost.aborted || now() >= lease.validUntil())) {
      await giveBack();
      throw new DefiniteError("its lease was over when it was told that it holds the lock");
    }
    grant = { token: BigInt(granted.token ?? 0), validUntil: lease.validUntil, lost: lease.lost };
    held.set(grant, { lease, giveBack });
    return grant;
  }

  return {
    acquire,
    async release(grant) {
      const mine = held.get(grant);
      if (!mine) throw new DefiniteError("this connection made no such grant");
      return (await mine.giveBack()).ok ? "released" : "not-held";
    },
    close() {
      for (const lease of leases) lease.stop();
      service.close();
      return Promise.resolve();
    },
  };
}
