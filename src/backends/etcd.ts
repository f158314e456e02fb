import { connectLock } from "./etcd/client.js";
import type { Take } from "./etcd/claim.js";
import { clock, endSession, failover } from "./etcd/control.js";
import { connectEtcd3Lock } from "./etcd/etcd3-lock.js";
import { leader, ready } from "./etcd/health.js";
import { takeMutex } from "./etcd/mutex.js";
import { takeByPut } from "./etcd/naive-put.js";
import { freedWithin, libraryPromises, lockPromises, putPromises, servicePromises } from "./etcd/promises.js";
import { command, endpoint, settings, software } from "./etcd/server.js";
import { takeByTxn } from "./etcd/txn.js";
import { takeByService } from "./etcd/v3lock.js";
import type { Promises } from "../history/context.js";
import type { Backend, Recipe } from "./types.js";

const recipe = (name: string, description: string, promises: Promises, take: Take): Recipe => ({
  name,
  description,
  promises,
  freedWithin,
  connect: (context) => connectLock(context, take),
});

const recipes: readonly Recipe[] = [
  recipe(
    "mutex",
    "etcd's own recipe: a queue of keys under leases, the oldest holds, the own key is looked at before OK",
    lockPromises,
    takeMutex({ checked: true }),
  ),
  recipe(
    "mutex-unchecked",
    "the same without that look, as in etcd 3.4: a waiter whose lease died is told OK (etcd-io/etcd#11456)",
    lockPromises,
    takeMutex({ checked: false }),
  ),
  recipe(
    "txn",
    "creates one key if it is not there, under a lease, and polls until it is not",
    lockPromises,
    takeByTxn,
  ),
  recipe(
    "v3lock",
    "the server's own lock service, by its HTTP gateway: whoever it tells OK believes that",
    servicePromises,
    takeByService,
  ),
  {
    name: "etcd3-lock",
    description:
      "Lock of the npm package etcd3: creates one key if it is not there, under its own lease; polled",
    promises: libraryPromises,
    freedWithin,
    connect: connectEtcd3Lock,
  },
  recipe(
    "naive-put",
    "puts a key under a lease without looking: no lock, everybody acquires",
    putPromises,
    takeByPut,
  ),
];

const etcd: Backend = {
  name: "etcd",
  description: "etcd 3: leases and keys in a consistent store (Raft)",
  module: import.meta.url,
  software,
  nodes: { default: 3, min: 1, max: 9 },
  recipes: Object.fromEntries(recipes.map((recipe) => [recipe.name, recipe])),
  defaultRecipe: "mutex",
  settings,
  endpoint,
  command,
  ready,
  leader,
  endSession,
  failover,
  clock,
};

export default etcd;
