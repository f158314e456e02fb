import type { Promises } from "../../history/context.js";

/**
 * What etcd's leases bind every recipe to.
 *
 * `ttl.min`: the server grants no lease shorter than 1.5 election timeouts, in whole seconds: 2 s at its default of 1 s.
 * `ttl.max`: ours; etcd would take 285 years.
 *
 * `except` is empty. etcd's documentation gives up exclusion for holders who outlive their lease ("both of the server
 * and client measures passing of time with their own clocks", so a server may revoke what the client still claims to
 * own), and no fault beyond: it names none under which a lease may end before its time to live. A holder past its
 * `validUntil` is judged as one who outlived its lease anyway.
 */
const lease = {
  lease: "ttl",
  ttl: { min: 2_000, max: 3_600_000, step: 1_000, default: 2_000 },
  renewals: "visible",
  except: [],
} satisfies Partial<Promises>;

const WHY = `etcd, "Notes on the usage of lock and lease", https://etcd.io/docs/v3.5/learning/why/`;
const LOCK = `etcd concurrency API, service Lock, https://etcd.io/docs/v3.5/dev-guide/api_concurrency_reference_v3/`;
const JEPSEN = `Jepsen, etcd 3.4.3, https://jepsen.io/analyses/etcd-3.4.3`;

/** The lock as etcd documents it: a key "that exists so long as the lock is held by the caller". */
export const lockPromises: Promises = {
  ...lease,
  exclusion: "service",
  token: "create_revision of the own key",
  source: `${LOCK}; ${WHY}; ${JEPSEN}`,
};

/** What that service answers besides the key is the store's revision. */
export const servicePromises: Promises = { ...lockPromises, token: "revision in the answer's header" };

/** "If the server the lock is running on dies, or the network is disconnected, etcd will time out the lock." No token. */
export const libraryPromises: Promises = {
  ...lockPromises,
  token: null,
  source: `etcd3, class Lock, https://microsoft.github.io/etcd3/classes/lock.html; ${WHY}`,
};

export const putPromises: Promises = {
  ...lease,
  exclusion: "none",
  token: "mod_revision of the key",
  source: `etcd API, service KV: a put creates or overwrites, https://etcd.io/docs/v3.5/dev-guide/api_reference_v3/`,
};

/**
 * While the cluster is healthy a dead holder's lease runs out a time to live after its last renewal, and the leader looks
 * for such leases every 500 ms (measured on 3.4 and 3.5: at most 0.5 s past the time to live). A new leader starts every
 * lease anew, so a change of leader in between makes it later by what had passed.
 */
export const freedWithin = (ttlMs: number): number => ttlMs + 2_000;
