/** Everything that runs during a run, set up and struck together: servers, register, control, clients. */
import { once } from "node:events";
import { loadBackend } from "../backends/index.js";
import { startCrew, type Crew } from "../clients/crew.js";
import type { WorkerConfig } from "../clients/protocol.js";
import { whenReady } from "../cluster/readiness.js";
import type { Cluster, FoundSoftware, Node, Runtime } from "../cluster/types.js";
import { startControl, type Control } from "../control/client.js";
import { processId } from "../history/event.js";
import type { Plan } from "../plan/types.js";
import { count } from "../report/text.js";
import { named } from "../plan/resolve.js";
import type { RegisterPlace } from "../register/client.js";
import { startRegister, type RunningRegister } from "../register/start.js";
import { registerConfig, registerPlace, resourceSpec } from "./register.js";
import { endpointsOf, serverSpecs } from "./servers.js";
import { outfit } from "./outfit.js";
import { workloads } from "../../workloads/index.js";
import type { Store } from "./store.js";

export interface Stage {
  readonly cluster: Cluster;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly control: Control;
  readonly register: RunningRegister;
  readonly crew: Crew;
  /** The servers that ended though nobody here ended them. */
  ends(): readonly ServerEnd[];
  /** Rejects when something ended without which there is no run. */
  readonly failed: Promise<never>;
  /** What each server was started with. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  /** Ends and removes everything. What could not be removed. */
  strike(): Promise<readonly string[]>;
}

export interface ServerEnd {
  readonly server: Node;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface StageOptions {
  readonly plan: Plan;
  readonly runtime: Runtime;
  readonly software: FoundSoftware;
  /** Programs of the database beside the register, where the plan has one. */
  readonly resource: FoundSoftware | null;
  readonly store: Store;
  readonly keep: boolean;
  readonly signal: AbortSignal;
  onPhase(text: string): void;
  onWarning(text: string): void;
}

/** How long servers may take to form a cluster: generous, since a slow machine is no finding. */
const READY_MS = 60_000;

/** Resolves when the servers serve and the clients wait for their start. Leaves nothing behind when it fails. */
export async function setStage(options: StageOptions): Promise<Stage> {
  const { plan, store, signal } = options;
  const backend = await loadBackend(plan.backend.module);
  const commands: Record<string, readonly string[]> = {};
  const { nodes, settings } = plan.backend;
  const specs = serverSpecs(backend, {
    software: options.software,
    settings,
    recipe: plan.judge.recipe,
    nodes,
  });
  const clients = named("c", plan.clients);
  const hosts = [...specs.map(({ name }) => name), ...clients];
  const variables = await outfit(plan.faults, hosts, store.files.logs);
  const cluster = await options.runtime.create({
    runId: plan.runId,
    servers: specs.map((spec) => ({
      ...spec,
      command(own, all) {
        const command = spec.command(own, all);
        commands[spec.name] = command.argv;
        return { ...command, env: { ...command.env, ...variables.get(spec.name) } };
      },
    })),
    ...(options.resource && { resource: resourceSpec(options.resource) }),
    clients: plan.clients,
    logDirectory: store.files.logs,
    keep: options.keep,
  });
  let crew: Crew | undefined;
  try {
    signal.throwIfAborted();
    const endpoints = endpointsOf(backend, cluster, plan.judge.recipe);
    const parts = { plan, backend, cluster, endpoints: Object.values(endpoints) };
    const place = registerPlace(parts);
    // The servers take seconds to elect a leader: everything else comes up meanwhile.
    const started = startCrew({
      hosts: cluster.clients,
      config: (index) => workerConfig(index, plan, endpoints, place, store),
      environment: (index) => variables.get(clients[index] ?? "") ?? {},
    });
    crew = started;
    const [control, register] = await Promise.all([
      startControl(cluster.control, plan.backend.module),
      startRegister(cluster.register, registerConfig(parts, store.files.register)),
      ...cluster.servers.map((server) => server.start()),
      cluster.resource?.start(),
    ]);
    const ready = (node: Node): Promise<boolean> => control.ready(endpoints[node.name] ?? "");
    const failed = Promise.race([
      started.failed,
      register.failed,
      control.failed,
      ...(cluster.failed ? [cluster.failed] : []),
    ]);
    failed.catch(() => {}); // whoever awaits it is told
    await Promise.race([whenReady(cluster.servers, ready, { timeoutMs: READY_MS, signal }), failed]);
    options.onPhase(
      `${plan.backend.name} ${options.software.version}: ${count(cluster.servers.length, "server")} ready`,
    );
    await heeding(signal, Promise.race([started.ready, failed]));
    options.onPhase(`${count(plan.clients, "client")} ready`);
    const watch = watchServers(cluster.servers, options.onWarning);
    return {
      cluster,
      endpoints,
      control,
      register,
      crew: started,
      failed,
      ends: watch.ends,
      commands,
      async strike() {
        watch.close();
        started.close();
        control.close();
        await register.close();
        return options.keep ? [] : await cluster.stop();
      },
    };
  } catch (error) {
    crew?.close(); // what is killed now is not to be started again
    await cluster.stop();
    throw error;
  }
}

/** Tells of servers that end, until we end them. */
function watchServers(
  servers: readonly Node[],
  onWarning: (text: string) => void,
): { readonly ends: Stage["ends"]; close(): void } {
  const ends: ServerEnd[] = [];
  let closed = false;
  for (const server of servers)
    server.onExit(({ code, signal, ours }) => {
      if (closed || ours) return;
      ends.push({ server, code, signal });
      const how = signal === null ? `ended by itself (exit code ${code})` : `was ended by ${signal}`;
      onWarning(`${server.name} ${how}: ${server.logFile}`);
    });
  return { ends: () => ends, close: () => void (closed = true) };
}

/** What `promise` says, unless `signal` aborts before. */
async function heeding(signal: AbortSignal, promise: Promise<void>): Promise<void> {
  signal.throwIfAborted();
  const over = new AbortController();
  const aborted = once(signal, "abort", { signal: over.signal }).then(() => signal.throwIfAborted());
  aborted.catch(() => {}); // the loser's rejection
  try {
    await Promise.race([promise, aborted]);
  } finally {
    over.abort();
  }
}

function workerConfig(
  index: number,
  plan: Plan,
  endpoints: Stage["endpoints"],
  register: RegisterPlace,
  store: Store,
): WorkerConfig {
  const client = `c${index + 1}`;
  return {
    client,
    file: store.recordOf(client),
    firstProcess: processId(index),
    stride: plan.clients,
    backendModule: plan.backend.module,
    recipe: plan.judge.recipe,
    endpoints: Object.values(endpoints),
    register,
    workload: workloads[plan.workload]?.place ?? plan.workload,
    fencing: plan.judge.fencing,
    discipline: plan.judge.discipline,
    locks: plan.judge.locks,
    ttlMs: plan.judge.ttlMs,
    waitMs: plan.waitMs,
    holdMs: plan.holdMs,
    seed: plan.seed,
  };
}
