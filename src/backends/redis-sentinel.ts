import { connectLock } from "./redis/client.js";
import { deleteOwn, takeBySet, takeReplicated, type Method } from "./redis/method.js";
import { freedWithin } from "./redis/promises.js";
import { software } from "./redis/server.js";
import { command, endpoint, NODES, part, settings } from "./redis-sentinel/cluster.js";
import { clock, endSession, failover, leader, ready } from "./redis-sentinel/control.js";
import { openPrimary } from "./redis-sentinel/primary.js";
import { promises, waitPromises } from "./redis-sentinel/promises.js";
import type { Promises } from "../history/context.js";
import type { Backend, Recipe } from "./types.js";

const recipe = (name: string, description: string, promised: Promises, take: Method["take"]): Recipe => ({
  name,
  description,
  promises: promised,
  freedWithin,
  connect: (context) => connectLock(context, { take, giveBack: deleteOwn, lease: "fixed" }, openPrimary),
});

const recipes = [
  recipe(
    "set-nx-px",
    "Redis's own recipe for one server, on whichever the sentinels call the primary: SET NX PX of a random value",
    promises,
    takeBySet,
  ),
  recipe("wait", "the same, and not taken until a replica has it (WAIT 1)", waitPromises, takeReplicated),
];

const redisSentinel: Backend = {
  name: "redis-sentinel",
  description:
    "Redis, a primary and two replicas, and three sentinels that promote one of them by themselves",
  module: import.meta.url,
  software,
  nodes: { default: NODES, min: NODES, max: NODES },
  part,
  recipes: Object.fromEntries(recipes.map((one) => [one.name, one])),
  defaultRecipe: "set-nx-px",
  settings,
  startsEmpty: true,
  endpoint,
  command,
  ready,
  leader,
  failover,
  clock,
  endSession,
};

export default redisSentinel;
