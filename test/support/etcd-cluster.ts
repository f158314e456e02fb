import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import etcd from "../../src/backends/etcd.js";
import { local } from "../../src/cluster/local.js";
import { whenReady } from "../../src/cluster/readiness.js";
import { findSoftware } from "../../src/cluster/software.js";
import type { Cluster, Host } from "../../src/cluster/types.js";
import { bundle } from "./bundle.js";
import type { Answer, GrantNews, KeyNews, Notice, Request } from "./etcd-driver.js";

/** A real etcd, and drivers beside it that use it. */
export interface EtcdCluster {
  readonly cluster: Cluster;
  readonly endpoints: readonly string[];
  readonly drivers: readonly Driver[];
  /** Resolves when all servers serve. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

/** Clients and calls in one process inside the cluster's network. */
export interface Driver {
  readonly child: ChildProcess;
  /** `stopsWithLease`: the driver's process stops itself (SIGSTOP) when its first lease is granted, before it does more. */
  connect(recipe: string, process: number, options?: { stopsWithLease: boolean }): Promise<RemoteClient>;
  ready(endpoint: string): Promise<boolean>;
  leader(): Promise<string | null>;
  failover(): Promise<string>;
  clock(endpoint: string): Promise<number>;
  endSession(session: string): Promise<string>;
  /** Keys under a prefix, oldest first. */
  keys(prefix: string, endpoint?: string): Promise<readonly KeyNews[]>;
  leases(endpoint?: string): Promise<readonly string[]>;
  revoke(lease: string, endpoint?: string): Promise<void>;
  /** Waits for the deletion of a key that is deleted already (and forgotten): how long that took, ms. */
  watchLate(options: { compacted: boolean }): Promise<number>;
}

export interface RemoteClient {
  acquire(
    lock: string,
    options?: { ttlMs?: number; waitMs?: number; signal?: AbortSignal },
  ): Promise<RemoteGrant | null>;
  close(): Promise<void>;
}

export interface RemoteGrant extends Omit<GrantNews, "token"> {
  readonly token: bigint;
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

export async function startEtcd(options: {
  nodes: number;
  drivers: number;
  version?: string;
  settings?: Readonly<Record<string, string>>;
}): Promise<EtcdCluster> {
  const software = await findSoftware(etcd.software, options.version ?? null, {
    onProgress: () => {},
    signal: AbortSignal.timeout(120_000),
  });
  const script = await bundle(new URL("etcd-driver.ts", import.meta.url));
  const logDirectory = mkdtempSync(join(tmpdir(), "lockjepsen-test-etcd-"));
  const defaults = Object.entries(etcd.settings).map(([key, { default: usual }]) => [key, usual] as const);
  const settings = { ...Object.fromEntries(defaults), ...options.settings };
  const cluster = await local.create({
    runId: randomBytes(4).toString("hex"),
    servers: Array.from({ length: options.nodes }, (_, index) => ({
      name: `n${index + 1}`,
      command: (own, all) =>
        etcd.command(own, all, { binaries: software.binaries, settings, recipe: "mutex" }),
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
      etcd.endpoint({ name, address, dataDirectory: "" }, etcd.defaultRecipe),
    );
    const drivers = cluster.clients.map((host) => startDriver(host, script, endpoints));
    await Promise.all(cluster.servers.map((server) => server.start()));
    const probe = (address: string): Promise<boolean> => drivers[0]?.ready(address) ?? Promise.resolve(false);
    const ready = (): Promise<void> =>
      whenReady(cluster.servers, (node) => probe(endpoints[cluster.servers.indexOf(node)] ?? ""), {
        timeoutMs: 60_000,
        signal: new AbortController().signal,
      });
    await ready();
    return { cluster, endpoints, drivers, ready, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Unnumbered<T> = T extends unknown ? Omit<T, "n"> : never;

function startDriver(host: Host, script: string, endpoints: readonly string[]): Driver {
  const child = host.spawn([process.execPath, script, ...endpoints], {
    stdio: ["ignore", "ignore", "pass-on", "ipc"],
  });
  const calls = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  const noticed = new Map<number, (notice: Notice) => void>();
  let n = 0;
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

  const number = (): number => (n += 1);
  const send = <T>(request: Request): Promise<T> =>
    new Promise((resolve, reject) => {
      calls.set(request.n, { resolve, reject });
      child.send(request);
    });
  const ask = <T>(request: Unnumbered<Request>): Promise<T> => send({ n: number(), ...request });
  const first = endpoints[0] ?? "";

  async function acquire(client: number, lock: string, options: Parameters<RemoteClient["acquire"]>[1] = {}) {
    const { ttlMs = 2_000, waitMs = 0, signal } = options;
    const id = number();
    const renewals: { sentMs: number; validUntilMs: number }[] = [];
    const lost = new Promise<string>((resolve) => {
      noticed.set(id, (notice) => {
        if ("lost" in notice) resolve(notice.lost);
        else renewals.push(notice.renewed);
      });
    });
    const outcome = send<GrantNews | null>({ n: id, do: "acquire", client, lock, ttlMs, waitMs });
    signal?.addEventListener("abort", () => void ask({ do: "abort", acquire: id }), { once: true });
    const news = await outcome;
    if (!news) return null;
    const release = (): Promise<string> => ask({ do: "release", client, grant: news.grant });
    return { ...news, token: BigInt(news.token), lost, renewals, release };
  }

  return {
    child,
    async connect(recipe, process, { stopsWithLease } = { stopsWithLease: false }) {
      const client = await ask<number>({ do: "connect", recipe, process, stopsWithLease });
      return {
        acquire: (lock, options) => acquire(client, lock, options),
        close: () => ask({ do: "close", client }),
      };
    },
    ready: (endpoint) => ask({ do: "ready", endpoint }),
    leader: () => ask({ do: "leader" }),
    failover: () => ask({ do: "failover" }),
    clock: (endpoint) => ask({ do: "clock", endpoint }),
    endSession: (session) => ask({ do: "endSession", session }),
    keys: (prefix, endpoint = first) => ask({ do: "keys", endpoint, prefix }),
    leases: (endpoint = first) => ask({ do: "leases", endpoint }),
    revoke: (lease, endpoint = first) => ask({ do: "revoke", endpoint, lease }),
    watchLate: ({ compacted }) => ask({ do: "watch-late", endpoint: first, compacted }),
  };
}
