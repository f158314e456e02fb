/** Real servers of a backend, and drivers beside them that use its locks. */
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Backend } from "../backends/types.js";
import { whenReady } from "../cluster/readiness.js";
import type { Cluster, FoundSoftware, Host, Runtime } from "../cluster/types.js";
import { endpointsOf, serverSpecs } from "../run/servers.js";
import { startDriver, type Driver } from "./drivers.js";

export interface Stand {
  readonly cluster: Cluster;
  /** In the order of `cluster.servers`. */
  readonly endpoints: readonly string[];
  readonly drivers: readonly Driver[];
  /** Starts one more beside the n-th. */
  open(n: number): Driver;
  /** Resolves when all servers serve. */
  ready(): Promise<void>;
  /** Ends and removes everything; throws if something is left. */
  stop(): Promise<void>;
}

export interface StandOptions {
  readonly runtime: Runtime;
  readonly software: FoundSoftware;
  readonly recipe: string;
  readonly nodes: number;
  readonly drivers: number;
  /** Server settings that differ from their defaults. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly logDirectory: string;
  readonly signal: AbortSignal;
  /** The driver's program, where it is not the built one. */
  readonly script?: string;
}

const READY_MS = 60_000;
const DRIVER = fileURLToPath(new URL("driver.js", import.meta.url));

/** Resolves when all servers serve. Leaves nothing behind when it fails. */
export async function openStand(backend: Backend, options: StandOptions): Promise<Stand> {
  const { runtime, software, recipe, nodes, logDirectory, signal, script = DRIVER } = options;
  const usual = Object.entries(backend.settings).map(([key, setting]) => [key, setting.default]);
  const settings: Readonly<Record<string, string>> = { ...Object.fromEntries(usual), ...options.settings };
  const cluster = await runtime.create({
    runId: randomBytes(4).toString("hex"),
    servers: serverSpecs(backend, { software, settings, recipe, nodes }),
    clients: options.drivers,
    logDirectory,
    keep: false,
  });
  const stop = async (): Promise<void> => {
    const left = await cluster.stop();
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
  };
  try {
    const endpoints = endpointsOf(backend, cluster, recipe);
    const argv = [script, backend.module, ...Object.values(endpoints)];
    const open = (n: number): Driver => startDriver(cluster.clients[n] as Host, argv);
    const drivers = cluster.clients.map((_host, n) => open(n));
    await Promise.all(cluster.servers.map((server) => server.start()));
    const ready = (): Promise<void> =>
      whenReady(
        cluster.servers,
        ({ name }) => drivers[0]?.ready(endpoints[name] ?? "") ?? Promise.resolve(false),
        { timeoutMs: READY_MS, signal },
      );
    await ready();
    return { cluster, endpoints: Object.values(endpoints), drivers, open, ready, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
