import { loadAddon } from "./zookeeper/addon.js";
import { connectLock, type Method } from "./zookeeper/client.js";
import { clock, endSession, leader, ready } from "./zookeeper/control.js";
import { goOnDisconnected, stopWhenDisconnected } from "./zookeeper/hold.js";
import { freedWithin, lockPromises } from "./zookeeper/promises.js";
import { command, endpoint, settings, software, ttlLimits } from "./zookeeper/server.js";
import type { Backend, Recipe } from "./types.js";

const recipe = (name: string, description: string, method: Method): Recipe => ({
  name,
  description,
  promises: lockPromises,
  freedWithin,
  connect: (context) => connectLock(context, method),
});

const recipes = [
  recipe(
    "recipe",
    "ZooKeeper's own recipe: a queue of ephemeral nodes, each waits for the one before; stops when disconnected",
    { watches: "predecessor", hold: stopWhenDisconnected },
  ),
  recipe("herd", "the same, but all who wait watch the whole queue, and all wake when one leaves it", {
    watches: "queue",
    hold: stopWhenDisconnected,
  }),
  recipe(
    "disconnect-blind",
    "the same as recipe, but a holder goes on while disconnected, until it is told that its session has expired",
    { watches: "predecessor", hold: goOnDisconnected },
  ),
];

const zookeeper: Backend = {
  name: "zookeeper",
  description: "ZooKeeper: sessions and ephemeral nodes in a consistent store (Zab)",
  module: import.meta.url,
  software,
  nodes: { default: 3, min: 1, max: 7 },
  recipes: Object.fromEntries(recipes.map((recipe) => [recipe.name, recipe])),
  defaultRecipe: "recipe",
  settings,
  async demand() {
    await loadAddon();
  },
  ttlLimits,
  endpoint,
  command,
  ready,
  leader,
  endSession,
  clock,
};

export default zookeeper;
