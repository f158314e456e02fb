import { randomBytes } from "node:crypto";
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
import { openConnection, type Connection } from "./connection.js";
import { sessionOf } from "./session.js";
import { deleteOwn, type Attempt, type Claim, type Method } from "./method.js";
import { EXTEND_OWN } from "./scripts.js";

const POLL_MS = { min: 10, max: 50 };

/** Where the locks live. */
export const lockKey = (lock: string): string => `lockjepsen:${lock}`;

/**
 * A client of the one server that writes. Who finds a lock held asks again soon: Redis tells nobody that a key is gone.
 * `open` makes the connection to that server, unopened.
 */
export async function connectLock(
  context: ClientContext,
  method: Method,
  open = (endpoints: readonly string[]): Connection => openConnection(endpoints[0] ?? ""),
): Promise<LockClient> {
  const { now } = context;
  const redis = open(context.endpoints);
  const held = new WeakMap<Grant, { readonly attempt: Attempt; readonly lease: Lease }>();
  const leases = new Set<Lease>();
  await redis.reach().catch((error: unknown) => {
    redis.close();
    throw error;
  });

  /** Null: somebody else holds it. */
  async function attemptOnce(lock: string, ttlMs: number): Promise<Grant | null> {
    await redis.reach();
    const value = randomBytes(20).toString("hex");
    const attempt = { redis, key: lockKey(lock), value, ttlMs, now };
    const { losses } = redis;
    try {
      const claim = await method.take(attempt);
      return claim && grantOf(attempt, claim);
    } catch (error) {
      return await withdraw(attempt, error, losses);
    }
  }

  function grantOf(attempt: Attempt, { token, sent }: Claim): Grant {
    const { key, value, ttlMs } = attempt;
    const until = sent + BigInt(ttlMs) * 1_000_000n;
    // Told too late: frozen meanwhile, or the answer took as long as the lease.
    if (method.lease !== "none" && now() >= until)
      throw new Error("its lease was over before it was answered");
    const extend = async (): Promise<number | null> => {
      await redis.reach();
      return (await redis.run(EXTEND_OWN, [key], value, ttlMs)) === 1 ? ttlMs : null;
    };
    const lease: Lease =
      method.lease === "none"
        ? endless()
        : watchLease({
            sent,
            ttlMs,
            now,
            renewing: () => context.renewing(grant),
            renewed: (asked) => context.renewed(grant, asked),
            ...(method.lease === "renewed" && {
              renewal: { once: extend, gone: "Redis says that the lock is no longer its own" },
            }),
          });
    const { validUntil, lost } = lease;
    const session = sessionOf(key, value);
    const grant: Grant = { ...(token !== undefined && { token }), validUntil, lost, session };
    held.set(grant, { attempt, lease });
    leases.add(lease);
    return grant;
  }

  /**
   * Takes back what an attempt may have set. One connection's commands are carried out in their order: once this is
   * answered on the one that the attempt was sent on, nothing of the attempt is left, or will come.
   */
  async function withdraw(attempt: Attempt, failure: unknown, losses: number): Promise<never> {
    if (failure instanceof DefiniteError) throw failure;
    const trouble = await deleteOwn(attempt).then(() => null, messageOf);
    if (trouble !== null)
      throw new Error(`${messageOf(failure)}; it could not be taken back: ${trouble}`, { cause: failure });
    if (redis.losses === losses) throw new DefiniteError(messageOf(failure), { cause: failure });
    throw failure;
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
      await redis.reach();
      return (await method.giveBack(mine.attempt)) ? "released" : "not-held";
    },
    close() {
      for (const lease of leases) lease.stop();
      redis.close();
      return Promise.resolve();
    },
  };
}
