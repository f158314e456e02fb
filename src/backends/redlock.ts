import { clock, ready } from "./redis/control.js";
import { endpoint, serverCommand, settings, software } from "./redis/server.js";
import { endSession } from "./redlock/control.js";
import { connectLock, type LockOptions } from "./redlock/client.js";
import { freedWithin, promises, renewedPromises } from "./redlock/promises.js";
import { brief, patient, specified, withMargin } from "./redlock/validity.js";
import type { Promises } from "../history/context.js";
import type { Backend, Recipe } from "./types.js";

const recipe = (
  name: string,
  description: string,
  options: LockOptions,
  promised: Promises = promises,
): Recipe => ({
  name,
  description,
  promises: promised,
  freedWithin,
  connect: (context) => connectLock(context, options),
});

const recipes = [
  recipe("redlock", "as it is specified: a majority within the time to live, less 1 % and 2 ms of drift", {
    validity: specified,
    renewed: false,
    askMs: brief,
  }),
  recipe(
    "extend",
    "the same, extended on a majority every third of its time to live",
    { validity: specified, renewed: true, askMs: brief },
    renewedPromises,
  ),
  recipe(
    "patient",
    "waits for each server for two times to live: only the time that is left refuses what is late",
    {
      validity: specified,
      renewed: false,
      askMs: patient,
    },
  ),
  recipe(
    "no-validity",
    "as patient, and a majority is enough, however late: what many implementations leave out",
    {
      validity: { ...specified, checked: false },
      renewed: false,
      askMs: patient,
    },
  ),
  recipe(
    "wall-clock",
    "as patient, and the time it took is measured by the wall clock, as articles print it",
    {
      validity: { ...specified, elapsedBy: "wall clock" },
      renewed: false,
      askMs: patient,
    },
  ),
  recipe("margin", "less ClockDrift, 1 % and 2 ms, and less DriftSafetyFactor, 10 % of the time to live", {
    validity: withMargin,
    renewed: false,
    askMs: brief,
  }),
];

const redlock: Backend = {
  name: "redlock",
  description: "Redlock on independent Redis primaries: whoever has a majority of them holds",
  module: import.meta.url,
  software,
  nodes: { default: 5, min: 3, max: 9 },
  recipes: Object.fromEntries(recipes.map((one) => [one.name, one])),
  defaultRecipe: "redlock",
  settings,
  startsEmpty: true,
  endpoint,
  command: serverCommand(software),
  ready,
  clock,
  endSession,
};

export default redlock;
