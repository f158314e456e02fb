import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { modelOf } from "../../checker/models/index.js";
import type { Model } from "../../checker/models/types.js";
import { userModel, type UserModel } from "../../checker/models/user-model.js";
import { LockjepsenError, messageOf } from "../error.js";

const isFile = (name: string): boolean => /[/\\]|\.[cm]?[jt]s$/.test(name);

/** A model by its name, or from a file of one's own. Throws a usage error. */
export async function loadModel(name: string): Promise<Model> {
  if (!isFile(name)) return modelOf(name);
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(resolve(name)).href)) as typeof module;
  } catch (cause) {
    throw new LockjepsenError(
      "usage",
      `the model ${name} cannot be loaded: ${messageOf(cause)}`,
      "name an ES module whose default export is a model (see docs/check.md)",
      { cause },
    );
  }
  return userModel(module.default as UserModel, name);
}
