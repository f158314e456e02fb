import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backend } from "../../src/backends/types.js";
import { local } from "../../src/cluster/local.js";
import { whenReady } from "../../src/cluster/readiness.js";
import { findSoftware } from "../../src/cluster/software.js";
import type { Cluster, Host } from "../../src/cluster/types.js";
import { bundle } from "./bundle.js";
import type { Answer, GrantNews, Notice, Request } from "./lock-driver.js";

/** Real servers of a backend, and drivers beside them that use its locks. */
export interface Locks {
  readonly cluster: Cluster;
  readonly drivers: readonly Driver[];
  /** Resolves when all servers serve. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

/** Clients in one process inside the cluster's network. */
export interface Driver {
  readonly child: ChildProcess;
  /** `stopsAtNow` n: the process stops itself (SIGSTOP) when this client asks for the time for the nth time. */
  connect(recipe: string, options?: { readonly stopsAtNow: number }): Promise<RemoteClient>;
  ready(endpoint: string): Promise<boolean>;
}

export interface RemoteClient {
  acquire(
    lock: string,
    options?: { readonly ttlMs?: number; readonly waitMs?: number },
  ): Promise<RemoteGrant | null>;
  close(): Promise<void>;
}

export interface RemoteGrant extends GrantNews {
  readonly lost: Promise<string>;
  /** Renewals that were acknowledged so far. */
  readonly renewals: readonly { readonly sentMs: number; readonly validUntilMs: number }[];
  release(): Promise<string>;
}

/** A call that failed over there. */
export class RemoteError extends Error {
  readonly definite: boolean;
  constructor(message: string, definite: boolean) {
    super(message);
    this.definite = definite;
  }
}

export async function startLocks(
  backend: Backend,
  options: { readonly drivers: number; readonly nodes?: number; readonly recipe?: string },
): Promise<Locks> {
  const software = await findSoftware(backend.software, null, {
    onProgress: () => {},
    signal: AbortSignal.timeout(120_000),
  });
  const script = await bundle(new URL("lock-driver.ts", import.meta.url));
  const logDirectory = mkdtempSync(join(tmpdir(), "lockjepsen-test-locks-"));
  const settings = Object.fromEntries(
    Object.entries(backend.settings).map(([key, { default: usual }]) => [key, usual]),
  );
  const recipe = options.recipe ?? backend.defaultRecipe;
  const nodes = backend.recipes[recipe]?.nodes ?? backend.nodes;
  const cluster = await local.create({
    runId: randomBytes(4).toString("hex"),
    servers: Array.from({ length: options.nodes ?? nodes.default }, (_, index) => ({
      name: `n${index + 1}`,
      command(own, all) {
        const command = backend.command(own, all, {
          binaries: software.binaries,
          settings,
          recipe,
        });
        return { ...command, env: { ...software.environment, ...command.env } };
      },
    })),
    clients: options.drivers,
    logDirectory,
    keep: false,
  });
  const stop = async (): Promise<void> => {
    const left = await cluster.stop();
    rmSync(logDirectory, { recursive: true, force: true });
    rmSync(script, { force: true });
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
  };
  try {
    const endpoints = cluster.servers.map(({ name, address }) =>
      backend.endpoint({ name, address, dataDirectory: "" }),
    );
    const drivers = cluster.clients.map((host) => startDriver(host, [script, backend.name, ...endpoints]));
    await Promise.all(cluster.servers.map((server) => server.start()));
    const probe = (address: string): Promise<boolean> => drivers[0]?.ready(address) ?? Promise.resolve(false);
    const ready = (): Promise<void> =>
      whenReady(cluster.servers, (node) => probe(endpoints[cluster.servers.indexOf(node)] ?? ""), {
        timeoutMs: 60_000,
        signal: new AbortController().signal,
      });
    await ready();
    return { cluster, drivers, ready, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Unnumbered<T> = T extends unknown ? Omit<T, "n"> : never;

function startDriver(host: Host, argv: readonly string[]): Driver {
  const child = host.spawn([process.execPath, ...argv], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const calls = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  const noticed = new Map<number, (notice: Notice) => void>();
  let n = 0;
  let processes = 0;
  child.on("message", (message: Answer | Notice) => {
    if ("grant" in message) return noticed.get(message.grant)?.(message);
    const call = calls.get(message.n);
    calls.delete(message.n);
    if ("error" in message) call?.reject(new RemoteError(message.error, message.definite));
    else call?.resolve(message.value as never);
  });
  child.once("exit", () => {
    for (const { reject } of calls.values()) reject(new Error("the driver ended"));
  });

  const send = <T>(request: Request): Promise<T> =>
    new Promise((resolve, reject) => {
      calls.set(request.n, { resolve, reject });
      child.send(request);
    });
  const ask = <T>(request: Unnumbered<Request>): Promise<T> => send({ n: (n += 1), ...request });

  async function acquire(client: number, lock: string, options: Parameters<RemoteClient["acquire"]>[1] = {}) {
    const { ttlMs = 2_000, waitMs = 0 } = options;
    const id = (n += 1);
    const renewals: { sentMs: number; validUntilMs: number }[] = [];
    const lost = new Promise<string>((resolve) => {
      noticed.set(id, (notice) => {
        if ("lost" in notice) resolve(notice.lost);
        else renewals.push(notice.renewed);
      });
    });
    const news = await send<GrantNews | null>({ n: id, do: "acquire", client, lock, ttlMs, waitMs });
    if (!news) return null;
    const release = (): Promise<string> => ask({ do: "release", client, grant: news.grant });
    return { ...news, lost, renewals, release };
  }

  return {
    child,
    async connect(recipe, { stopsAtNow } = { stopsAtNow: 0 }) {
      const client = await ask<number>({ do: "connect", recipe, process: (processes += 1), stopsAtNow });
      return {
        acquire: (lock, options) => acquire(client, lock, options),
        close: () => ask({ do: "close", client }),
      };
    },
    ready: (endpoint) => ask({ do: "ready", endpoint }),
  };
}
