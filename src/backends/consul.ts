import { connectLock, type Method } from "./consul/client.js";
import { clock, endSession, leader, ready } from "./consul/control.js";
import {
  deletePromises,
  freedWithin,
  healthPromises,
  LOCK_DELAY_S,
  sessionPromises,
} from "./consul/promises.js";
import { command, endpoint, settings, software } from "./consul/server.js";
import type { Promises } from "../history/context.js";
import type { Backend, Recipe } from "./types.js";

const recipe = (name: string, description: string, promises: Promises, method: Method): Recipe => ({
  name,
  description,
  promises,
  freedWithin: freedWithin(method.lockDelaySeconds),
  connect: (context) => connectLock(context, method),
});

/** No health checks: the session's time to live alone decides. */
const byTtl: Method = {
  lockDelaySeconds: LOCK_DELAY_S,
  behavior: "release",
  checks: [],
  token: "LockIndex",
};

const recipes = [
  recipe(
    "session",
    `Consul's own recipe: a key acquired by a session with a TTL, and its usual lock-delay of ${LOCK_DELAY_S} s`,
    sessionPromises,
    byTtl,
  ),
  recipe("no-delay", "the same without a lock-delay: free as soon as its session is over", sessionPromises, {
    ...byTtl,
    lockDelaySeconds: 0,
  }),
  recipe("behavior-delete", "the same as session, whose key is deleted with its session", deletePromises, {
    ...byTtl,
    behavior: "delete",
    token: "ModifyIndex",
  }),
  recipe(
    "serf-health",
    "the same as session, bound to its server's health too: it ends when the others take that one for dead",
    healthPromises,
    { ...byTtl, checks: ["serfHealth"] },
  ),
];

/**
 * A server that was cut off for ten seconds is removed from the others' raft (autopilot, `cleanup_dead_servers`). They ask
 * for it again every 30 s (serf, `reconnect`), and it votes when it was healthy for 10 s (`server_stabilization_time`).
 */
const RECOVERS_WITHIN_MS = 60_000;

const consul: Backend = {
  name: "consul",
  description: "Consul: sessions and keys in a consistent store (Raft)",
  module: import.meta.url,
  software,
  nodes: { default: 3, min: 1, max: 7 },
  recipes: Object.fromEntries(recipes.map((recipe) => [recipe.name, recipe])),
  defaultRecipe: "session",
  settings,
  endpoint,
  command,
  ready,
  recoversWithinMs: RECOVERS_WITHIN_MS,
  leader,
  endSession,
  clock,
};

export default consul;
