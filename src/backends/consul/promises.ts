import type { Promises } from "../../history/context.js";

const SESSIONS = `Consul, "Sessions", https://developer.hashicorp.com/consul/docs/dynamic-app-config/sessions`;
const API = `Consul, HTTP API "Session", https://developer.hashicorp.com/consul/api-docs/session`;
const KV = `Consul, HTTP API "KV store", parameters acquire and release, https://developer.hashicorp.com/consul/api-docs/kv`;
const BURROWS = `M. Burrows, "The Chubby lock service for loosely-coupled distributed systems", section 2.4 (lock-delay, sequencers)`;

/**
 * A lock as Consul's documentation builds it: a key that is acquired by a session.
 *
 * `exclusion: "service"`: a session's TTL is "a lower bound for invalidation"; it may be as late as twice that, or more
 * after a change of leader. That the locks are advisory, and that a holder may outlive its session, is so with every
 * lease; the lock-delay is meant to leave it time to notice, "not a bulletproof method" as that page says.
 *
 * `ttl`: "must be between 10s and 86400s".
 *
 * `except` is empty. No fault is named under which a session with a TTL ends before it.
 */
export const sessionPromises: Promises = {
  exclusion: "service",
  lease: "ttl",
  ttl: { min: 10_000, max: 86_400_000, step: 1_000, default: 10_000 },
  renewals: "visible",
  token: "LockIndex of the key",
  except: [],
  source: `${SESSIONS}; ${API}; ${KV}; ${BURROWS}`,
};

/** With its key, LockIndex begins anew: ModifyIndex, the store's own index, does not. */
export const deletePromises: Promises = { ...sessionPromises, token: "ModifyIndex of the key" };

/**
 * `except`: a failure detector trades some safety for liveness, as the page on sessions says: it may take a server for dead
 * that is not: one that is frozen, cut off or slow. One that is killed is dead, though its client is not.
 */
export const healthPromises: Promises = {
  ...sessionPromises,
  except: ["pause", "kill", "partition", "slow"],
};

/** What is beyond a session's TTL until its key can be acquired: asked for at creation, 0 to 60 s. */
export const LOCK_DELAY_S = 15;

/**
 * The leader ends a session after twice its TTL ("lazily"), and nobody can acquire the key for the lock-delay after that.
 * Waiters ask again every half second then; the rest is for a busy machine. A change of leader makes it later.
 */
export const freedWithin =
  (lockDelayS: number) =>
  (ttlMs: number): number =>
    2 * ttlMs + lockDelayS * 1_000 + 3_000;
