import type { Plan, PlannedFault } from "../../plan/types.js";
import { createRandom } from "../../random.js";
import type { Environment } from "../types.js";

export interface SampleOptions {
  readonly seed?: number;
  readonly durationMs?: number;
  readonly pauses?: boolean;
  readonly fencing?: "off" | "on";
  readonly clients?: number;
  readonly holdMs?: { readonly min: number; readonly max: number };
  readonly lock?: string;
}

/** A plan as `makePlan` would make it for `run --backend etcd --nemesis pause`. */
export function samplePlan(options: SampleOptions = {}): Plan {
  const { seed = 42, durationMs = 60_000, pauses = true, fencing = "off", clients = 5 } = options;
  const nemeses = pauses ? (["pause"] as const) : [];
  const command = [
    "npx lockjepsen run --backend etcd@3.4",
    ...nemeses.map((name) => `--nemesis ${name}`),
    ...(fencing === "off" ? [] : [`--fencing ${fencing}`]),
    `--duration ${durationMs / 1000}s --seed ${seed}`,
  ].join(" ");
  return {
    version: 1,
    runId: "5a3c91e0",
    created: "2026-11-21T07:04:11.312Z",
    lockjepsen: "0.1.0",
    seed,
    runtime: "local",
    backend: { name: "etcd", version: "3.4", module: "file:///etcd.js", nodes: 3, settings: {} },
    judge: {
      version: 1,
      backend: "etcd",
      recipe: "mutex",
      promises: {
        exclusion: "service",
        lease: "ttl",
        ttl: { min: 1_000, max: 3_600_000, step: 1_000, default: 2_000 },
        renewals: "visible",
        token: "create_revision of the holder's key",
        except: [],
        source: "https://etcd.io/docs/v3.4/learning/lock/",
      },
      ttlMs: 2_000,
      freedWithinMs: 3_500,
      fencing,
      discipline: "trusting",
      workload: "set",
      leastGrants: 20,
      nemeses,
      locks: [options.lock ?? "lock-1"],
      clients: Array.from({ length: clients }, (_, n) => `c${n + 1}`),
    },
    workload: "set",
    register: "embedded",
    holdMs: options.holdMs ?? { min: 0, max: 240 },
    waitMs: 10_000,
    clients,
    durationMs,
    faults: pauses ? samplePauses(seed, durationMs) : [],
    recoverMs: 30_000,
    command,
  };
}

function samplePauses(seed: number, durationMs: number): readonly PlannedFault[] {
  const random = createRandom(seed);
  return Array.from({ length: Math.floor(durationMs / 5_000) }, (_, n) => ({
    ...({
      id: `f${n + 1}`,
      nemesis: "pause",
      target: "holder",
      phase: "before-write",
      shape: "stop",
    } as const),
    client: null,
    after: n === 0 ? null : `f${n}`,
    parameters: {},
    atMs: Math.round(1_500 + n * 5_000),
    durationMs: Math.round(random.between(3_000, 4_200)),
    pick: random.fraction(),
  })).filter((fault) => fault.atMs + fault.durationMs < durationMs);
}

export const sampleEnvironment: Environment = {
  kernel: "Linux 6.1.0-40-amd64",
  os: "Debian GNU/Linux 12 (bookworm)",
  node: "v20.19.4",
  cpus: 2,
  memoryGiB: 24,
  lockjepsen: "0.1.0",
  runtime: "local",
  rootless: false,
  backend: {
    name: "etcd",
    version: "3.4.23",
    origin: "Debian package etcd-server 3.4.23+dfsg-4 (bookworm)",
    servers: Object.fromEntries(
      [1, 2, 3].map((n) => [
        `n${n}`,
        [
          "/home/ada/.cache/lockjepsen/etcd-3.4.23/usr/bin/etcd",
          `--name=n${n}`,
          `--listen-client-urls=http://10.77.0.${n}:2379`,
          `--advertise-client-urls=http://10.77.0.${n}:2379`,
          `--listen-peer-urls=http://10.77.0.${n}:2380`,
          "--initial-cluster=n1=http://10.77.0.1:2380,n2=http://10.77.0.2:2380,n3=http://10.77.0.3:2380",
          "--heartbeat-interval=100",
          "--election-timeout=1000",
        ],
      ]),
    ),
    settings: { "heartbeat-interval": "100", "election-timeout": "1000" },
  },
};
