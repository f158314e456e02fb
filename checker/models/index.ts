import { LockjepsenError } from "../../src/error.js";
import { unknownName } from "../../src/suggest.js";
import { casRegister } from "./cas-register.js";
import { counter } from "./counter.js";
import { fencedMutex } from "./fenced-mutex.js";
import { lostUpdate } from "./lost-update.js";
import { mutex } from "./mutex.js";
import { ownerMutex } from "./owner-mutex.js";
import { reentrantFencedMutex } from "./reentrant-fenced-mutex.js";
import { reentrantMutex } from "./reentrant-mutex.js";
import { register } from "./register.js";
import { rwLock } from "./rw-lock.js";
import { semaphore } from "./semaphore.js";
import { set } from "./set.js";
import type { Model } from "./types.js";

/** Every model that takes no parameter. */
export const models: readonly Model[] = [
  mutex,
  ownerMutex,
  reentrantMutex,
  fencedMutex,
  reentrantFencedMutex,
  rwLock,
  register,
  casRegister,
  set,
  counter,
  lostUpdate,
];

/** Every name that `--model` takes, as a person types it. */
export const modelNames: readonly string[] = [...models.map(({ name }) => name), "semaphore:K"];

/** The model of a name: `owner-mutex`, `semaphore:3`. Throws a usage error for one that there is not. */
export function modelOf(name: string): Model {
  const model = models.find((model) => model.name === name);
  if (model) return model;
  const [kind, parameter] = name.split(":", 2);
  if (kind !== "semaphore") throw unknownName("model", name, modelNames);
  const permits = Number(parameter);
  if (!Number.isSafeInteger(permits) || permits < 1)
    throw new LockjepsenError(
      "usage",
      `the model "${name}" does not say how many permits there are`,
      "name a whole number from 1 on, like semaphore:3",
    );
  return semaphore(permits);
}
