import { unknownName } from "../../src/suggest.js";
import { ownerMutex } from "./owner-mutex.js";
import { register } from "./register.js";
import type { Model } from "./types.js";

/** Every model without a parameter. */
export const models: readonly Model[] = [ownerMutex, register];

/** The model of a name, as `--model` takes it. Throws a usage error for one that there is not. */
export function modelOf(name: string): Model {
  const model = models.find((model) => model.name === name);
  if (model) return model;
  throw unknownName(
    "model",
    name,
    models.map((model) => model.name),
  );
}
