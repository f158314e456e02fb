import { pathToFileURL } from "node:url";
import { LockjepsenError, messageOf } from "../error.js";
import { importTypeScript, isTypeScript } from "../plugins/module.js";
import { pluginAt } from "../plugins/place.js";
import { unknownName } from "../suggest.js";
import { missingIn } from "./shape.js";
import type { Backend } from "./types.js";

/** Loaded when needed only: a client library takes a good part of a second. */
const backends: Record<string, () => Promise<{ readonly default: Backend }>> = {
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

const names = Object.keys(backends);
export const backendNames: readonly string[] = names;

/** One more, which a config has brought along. */
export function addBackend(backend: Backend): void {
  if (!names.includes(backend.name)) names.push(backend.name);
  backends[backend.name] = async () => ({ default: backend });
}

/**
 * A backend of ours by name, or anybody's by the path or URL of the module that exports it as `default`: `./mine.js`,
 * `/abs/mine.ts`, `file:///abs/mine.mjs`; or, in a config, by its place there. Throws a usage error for what is neither.
 */
export async function loadBackend(nameOrModule: string): Promise<Backend> {
  const own = Object.hasOwn(backends, nameOrModule) ? backends[nameOrModule] : undefined;
  if (own) return (await own()).default;
  const inline = await pluginAt(nameOrModule, "backends");
  if (inline) return { ...inline, module: nameOrModule };
  if (!isModule(nameOrModule)) throw unknownName("backend", nameOrModule, backendNames);
  const url = nameOrModule.startsWith("file:") ? nameOrModule : pathToFileURL(nameOrModule).href;
  const loading: Promise<unknown> = isTypeScript(url) ? importTypeScript(url) : import(url);
  const loaded = await loading.catch((cause: unknown) => {
    throw new LockjepsenError(
      "usage",
      `cannot load the backend ${nameOrModule}: ${messageOf(cause).replace(/ Require stack: .*/, "")}`,
      "give the path of a module that exports a backend as default",
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

const isModule = (text: string): boolean => /^file:|[/\\]|\.[cm]?[jt]s$/.test(text);
