import { bugs } from "./memory/bugs.js";
import { connectLock } from "./memory/client.js";
import { freedWithin, promises } from "./memory/promises.js";
import { command, endpoint, ready, software } from "./memory/server.js";
import type { Backend, Recipe } from "./types.js";

const recipe = (name: string, description: string, checked: boolean): Recipe => ({
  name,
  description,
  promises,
  freedWithin,
  connect: (context) => connectLock(context, { recipe: name, checked }),
});

const recipes = [
  recipe("lease", "as it should be: a queue, leases that are renewed, a token that counts the grants", true),
  ...bugs.map(({ name, description, unchecked }) => recipe(name, description, !unchecked)),
];

const memory: Backend = {
  name: "memory",
  description: "lockjepsen's own lock service, sound or with a planted bug: what the judge is tried on",
  module: import.meta.url,
  software,
  nodes: { default: 1, min: 1, max: 1 },
  recipes: Object.fromEntries(recipes.map((recipe) => [recipe.name, recipe])),
  defaultRecipe: "lease",
  settings: {},
  endpoint,
  command,
  ready,
};

export default memory;
