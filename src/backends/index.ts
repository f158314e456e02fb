import { pathToFileURL } from "node:url";
import { LockjepsenError, messageOf } from "../error.js";
import { unknownName } from "../suggest.js";
import { missingIn } from "./shape.js";
import type { Backend } from "./types.js";

/** Loaded when needed only: a client library takes a good part of a second. */
const backends: Readonly<Record<string, () => Promise<{ readonly default: Backend }>>> = {
  etcd: () => import("./etcd.js"),
  redis: () => import("./redis.js"),
  valkey: () => import("./valkey.js"),
  "redis-sentinel": () => import("./redis-sentinel.js"),
  redlock: () => import("./redlock.js"),
  consul: () => import("./consul.js"),
  postgres: () => import("./postgres.js"),
  control: () => import("./control.js"),
  file: () => import("./file.js"),
  zookeeper: () => import("./zookeeper.js"),
  memory: () => import("./memory.js"),
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
  const missing = missingIn(backend);
  if (missing.length === 0) return backend as Backend;
  throw new LockjepsenError(
    "usage",
    backend === undefined
      ? `${nameOrModule} has no default export`
      : `the backend that ${nameOrModule} exports lacks ${missing.join(", ")}`,
    "see docs/write-your-own-backend.md, and `Backend` in the package's types",
  );
}

const isModule = (text: string): boolean => /^file:|[/\\]|\.[cm]?js$/.test(text);
