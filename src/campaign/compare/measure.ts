/** What a lock costs on a calm day, measured the same way for every service. */
import type { Backend } from "../../backends/types.js";
import type { RunOptions } from "../../plan/options.js";
import type { Percentiles } from "../../../checker/types.js";
import type { VerdictDocument } from "../../report/types.js";

/** One recipe's figures. Times in ms; null: it did not happen, or could not be asked for. */
export interface Measured {
  readonly backend: string;
  readonly version: string;
  readonly lock: string;
  readonly ttlMs: number;
  readonly servers: number;
  readonly alone: { readonly acquire: Percentiles | null; readonly release: Percentiles | null };
  readonly crowd: {
    readonly clients: number;
    readonly acquire: Percentiles | null;
    readonly grantsPerSecond: number;
    readonly handOver: Percentiles | null;
    /** Data segments that clients sent the service, per grant. */
    readonly requestsPerGrant: number | null;
  };
  readonly handOverAfterDeath: Percentiles | null;
  /** The runs it comes from. */
  readonly runs: readonly string[];
}

export interface MeasureOptions {
  /** Of the run with many clients; that with one takes half of it. */
  readonly durationMs: number;
  readonly shared: Pick<RunOptions, "seed" | "runtime" | "output" | "nemesis">;
  runOne(options: RunOptions): Promise<VerdictDocument>;
}

const CROWD = 10;
/** Deaths to see, one after the other. */
const DEATHS = 3;
/** A client that was killed is there again, and the next fault comes, in this time. */
const BETWEEN_DEATHS_MS = 3_000;

/** Three runs: one client alone, many that contend, and holders that die. */
export async function measure(
  backend: Backend,
  { word, lock }: { readonly word: string; readonly lock: string },
  { durationMs, shared, runOne }: MeasureOptions,
): Promise<Measured> {
  const calm: RunOptions = {
    ...shared,
    backend: word,
    lock,
    holdMs: { min: 0, max: 0 },
    workload: "counter",
  };
  const alone = await runOne({ ...calm, concurrency: 1, durationMs: Math.max(1_000, durationMs / 2) });
  const crowd = await runOne({ ...calm, concurrency: CROWD, durationMs });
  const bound = backend.recipes[crowd.run.lock]?.freedWithin(crowd.run.ttlMs) ?? null;
  const dying = bound === null ? null : await runOne(deaths(calm, bound));
  return {
    backend: crowd.run.backend,
    version: crowd.run.version,
    lock: crowd.run.lock,
    ttlMs: crowd.run.ttlMs,
    servers: crowd.run.nodes,
    alone: { acquire: alone.latency["acquire"] ?? null, release: alone.latency["release"] ?? null },
    crowd: {
      clients: CROWD,
      acquire: crowd.latency["acquire"] ?? null,
      grantsPerSecond: crowd.throughput,
      handOver: crowd.handOver.released,
      requestsPerGrant: crowd.requestsPerGrant,
    },
    handOverAfterDeath: dying?.handOver.died ?? null,
    runs: [alone, crowd, ...(dying ? [dying] : [])].map(({ files }) => files.directory),
  };
}

/** Holders that are killed, each after the lock of the one before was free again. */
function deaths(calm: RunOptions, boundMs: number): RunOptions {
  const { nemesis: _calm, ...rest } = calm;
  const every = boundMs + BETWEEN_DEATHS_MS;
  return {
    ...rest,
    nemesis: "kill",
    target: "holder",
    intervalMs: every,
    faultMs: { min: 1_000, max: 1_000 },
    concurrency: 3,
    holdMs: { min: 100, max: 200 },
    durationMs: 2_000 + DEATHS * every,
  };
}
