import type { Promises } from "../../history/context.js";

const RECIPES = `ZooKeeper, "Recipes and Solutions", Locks, https://zookeeper.apache.org/doc/current/recipes.html`;
const SESSIONS = `ZooKeeper, "Programmer's Guide", Sessions, https://zookeeper.apache.org/doc/current/zookeeperProgrammers.html`;
const ADMIN = `ZooKeeper, "Administrator's Guide", syncLimit, https://zookeeper.apache.org/doc/current/zookeeperAdmin.html`;

/**
 * ZooKeeper's recipe: an ephemeral sequential node each, the lowest holds.
 *
 * `exclusion: "service"`: a node is there until its session ends, and the ensemble ends a session when it has not heard
 * of it for the session's timeout. A client that is cut off cannot know that: hence it has to stop as soon as it is told
 * that it is disconnected.
 *
 * `ttl`: a server grants 2 to 20 ticks and clamps the rest; see `ttlLimits`.
 *
 * `except` is empty: no fault is named under which a session may end early.
 */
export const lockPromises: Promises = {
  exclusion: "service",
  lease: "session",
  ttl: { min: 1_000, max: 10_000, step: 1, default: 4_000 },
  renewals: "visible",
  token: "czxid of the own node",
  except: [],
  source: `${RECIPES}; ${SESSIONS}; ${ADMIN}`,
};

/**
 * For how long an answer of a server promises the session to stand, ms. The server may be cut off from its leader, and
 * go on answering for `syncLimit` ticks; the leader counts from when it last heard of the session. So much is taken off.
 * Where a session is no longer than that, nothing would be left: then what counts is the connection, which is taken to
 * stand for a third of the session, as the client library does before it sends a ping.
 */
export const promisedFor = (sessionMs: number, syncLimitMs: number): number =>
  Math.max(sessionMs - syncLimitMs, Math.floor(sessionMs / 3));

/**
 * The leader hears of a session half a tick late, and ends it at the next whole tick: ticks are half a session at most.
 * The rest is for a busy machine. A new leader starts every session anew, which makes it later.
 */
export const freedWithin = (ttlMs: number): number => 2 * ttlMs + 1_000;
