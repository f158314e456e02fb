import { bugs } from "./memory/bugs.js";
import { connectLock } from "./memory/client.js";
import { freedWithin, promises, sequencerPromises } from "./memory/promises.js";
import { GRACE_TTLS, SEQUENCER, stands } from "./memory/sequencer.js";
import { command, endpoint, ready, software } from "./memory/server.js";
import type { Backend, Recipe } from "./types.js";

const recipe = (name: string, description: string, checked: boolean): Recipe => ({
  name,
  description,
  promises,
  freedWithin,
  connect: (context) => connectLock(context, { recipe: name, checked }),
});

const sequencer: Recipe = {
  name: SEQUENCER,
  description:
    "as Chubby has it: the register asks the service whether the token still stands; a lease in jeopardy has a period of grace",
  promises: sequencerPromises,
  freedWithin,
  stands,
  connect: (context) => connectLock(context, { recipe: SEQUENCER, checked: true, graceTtls: GRACE_TTLS }),
};

const recipes = [
  recipe("lease", "as it should be: a queue, leases that are renewed, a token that counts the grants", true),
  sequencer,
  ...bugs.map(({ name, description, unchecked, fails, mayFail = [] }) => ({
    ...recipe(name, description, !unchecked),
    fails,
    mayFail,
  })),
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
