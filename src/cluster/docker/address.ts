/** Where the Docker engine is said to be: what the `docker` command would take. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** `unix:///var/run/docker.sock`, `npipe:////./pipe/docker_engine`, `tcp://127.0.0.1:2375`, `ssh://host`. */
export type EngineAddress = string;

/** DOCKER_HOST, else that of the `docker` command's context, else the first usual socket that there is. */
export function engineAddress(env: NodeJS.ProcessEnv = process.env): EngineAddress {
  return env["DOCKER_HOST"] || contextAddress(env) || usualAddress(env);
}

/** The path of a unix socket, or undefined. */
export function socketPath(address: EngineAddress): string | undefined {
  return /^unix:\/\/(.*)$/.exec(address)?.[1];
}

/** Whether the engine is on another machine: nothing that we do here acts on what runs there. */
export function isRemote(address: EngineAddress): boolean {
  if (/^(?:unix|npipe):/.test(address)) return false;
  const [, scheme, host] = /^(\w+):\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*)/.exec(address) ?? [];
  return scheme === "ssh" || !["localhost", "127.0.0.1", "[::1]"].includes(host ?? "");
}

function usualAddress(env: NodeJS.ProcessEnv): EngineAddress {
  if (process.platform === "win32") return "npipe:////./pipe/docker_engine";
  const runtime = env["XDG_RUNTIME_DIR"];
  const usual = [
    "/var/run/docker.sock",
    ...(runtime ? [join(runtime, "docker.sock")] : []), // rootless
    join(homedir(), ".docker", "run", "docker.sock"), // Docker Desktop
    join(homedir(), ".docker", "desktop", "docker.sock"),
  ];
  return `unix://${usual.find((path) => existsSync(path)) ?? usual[0]}`;
}

/** The context that `docker context use` chose. See docs.docker.com, "Docker contexts". */
function contextAddress(env: NodeJS.ProcessEnv): EngineAddress | undefined {
  const directory = env["DOCKER_CONFIG"] || join(homedir(), ".docker");
  const config = readJson(join(directory, "config.json")) as { readonly currentContext?: string } | null;
  const name = env["DOCKER_CONTEXT"] || config?.currentContext;
  if (!name || name === "default") return undefined;
  const id = createHash("sha256").update(name).digest("hex");
  const meta = readJson(join(directory, "contexts", "meta", id, "meta.json")) as {
    readonly Endpoints?: { readonly docker?: { readonly Host?: string } };
  } | null;
  return meta?.Endpoints?.docker?.Host;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null; // none, or not ours to read: then it says nothing
  }
}
