import type { Promises } from "../../history/context.js";
import type { Recipe } from "../types.js";
import { connectLock } from "./client.js";
import {
  deleteAny,
  deleteOwn,
  takeBySet,
  takeFenced,
  takeForEver,
  takeInTwoSteps,
  type Method,
} from "./method.js";
import {
  endlessPromises,
  fencedPromises,
  freedWithin,
  lockPromises,
  renewedPromises,
  twoStepPromises,
  unsafePromises,
} from "./promises.js";

const recipe = (name: string, description: string, promises: Promises, method: Method): Recipe => ({
  name,
  description,
  promises,
  freedWithin: method.lease === "none" ? () => null : freedWithin,
  connect: (context) => connectLock(context, method),
});

/** Locks on one server that is Redis, or speaks as it does. */
export const recipes: readonly Recipe[] = [
  recipe(
    "set-nx-px",
    "Redis's own recipe: SET NX PX of a random value, deleted by a script if it is still that value",
    lockPromises,
    { take: takeBySet, giveBack: deleteOwn, lease: "fixed" },
  ),
  recipe(
    "renewing",
    "the same, extended every third of its time to live by a script that looks at the value",
    renewedPromises,
    { take: takeBySet, giveBack: deleteOwn, lease: "renewed" },
  ),
  recipe(
    "fenced",
    "the same as set-nx-px, with a token: INCR of a counter in the script that takes the lock",
    fencedPromises,
    { take: takeFenced, giveBack: deleteOwn, lease: "fixed" },
  ),
  recipe(
    "set-nx",
    "SETNX without a time to live: who dies while it holds leaves the lock for ever",
    endlessPromises,
    { take: takeForEver, giveBack: deleteOwn, lease: "none" },
  ),
  recipe(
    "setnx-expire",
    "SETNX and then EXPIRE: who dies between the two leaves the lock for ever",
    twoStepPromises,
    { take: takeInTwoSteps, giveBack: deleteOwn, lease: "fixed" },
  ),
  {
    ...recipe(
      "unsafe-del",
      "SET NX PX, released by a plain DEL: who comes late deletes the lock of another",
      unsafePromises,
      { take: takeBySet, giveBack: deleteAny, lease: "fixed" },
    ),
    fails: ["foreign-release"],
  },
];
