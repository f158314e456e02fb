import { pathToFileURL } from "node:url";
import { LockjepsenError, messageOf } from "../error.js";
import { unknownName } from "../suggest.js";
import type { Backend } from "./types.js";

/** Loaded when needed only: a client library takes a good part of a second. */
const backends: Readonly<Record<string, () => Promise<{ readonly default: Backend }>>> = {
  etcd: () => import("./etcd.js"),
};

export const backendNames: readonly string[] = Object.keys(backends);

/**
 * A backend of ours by name, or anybody's by the path or URL of the module that exports it as `default`: `./mine.js`,
 * `/abs/mine.mjs`, `file:///abs/mine.mjs`. Throws a usage error for what is neither.
 */
export async function loadBackend(nameOrModule: string): Promise<Backend> {
  const own = Object.hasOwn(backends, nameOrModule) ? backends[nameOrModule] : undefined;
  if (own) return (await own()).default;
  if (!isModule(nameOrModule)) throw unknownName("backend", nameOrModule, backendNames);
  const url = nameOrModule.startsWith("file:") ? nameOrModule : pathToFileURL(nameOrModule).href;
  const loaded = await import(url).catch((cause: unknown) => {
    throw new LockjepsenError(
      "usage",
      `cannot load the backend ${nameOrModule}: ${messageOf(cause)}`,
      "give the path of a JavaScript module that exports a backend as default",
      { cause },
    );
  });
  const { default: backend } = loaded as { readonly default?: unknown };
  if (!isBackend(backend))
    throw new LockjepsenError(
      "usage",
      `${nameOrModule} exports no backend as default`,
      "see `Backend` in the package's types: name, module (import.meta.url), recipes, command, ready, ...",
    );
  return backend;
}

const isModule = (text: string): boolean => /^file:|[/\\]|\.[cm]?js$/.test(text);

const isBackend = (value: unknown): value is Backend =>
  typeof value === "object" && value !== null && "name" in value && "recipes" in value && "command" in value;
