import { randomBytes } from "node:crypto";
import type { Backend } from "../backends/types.js";
import type { JudgeContext } from "../history/context.js";
import { createRandom } from "../random.js";
import { commandLine } from "./command.js";
import { planFaults } from "./faults.js";
import type { RunOptions } from "./options.js";
import { named, resolve } from "./resolve.js";
import type { PlanParts, Resolved } from "./resolve.js";
import { planScheduled } from "./scheduled.js";
import { checkSeed, randomSeed } from "./seed.js";
import { sourcesOf } from "./sources.js";
import type { Plan, PlannedFault } from "./types.js";

/** An acquire waits long enough for a dead holder's lease to run out several times over. */
const waitMs = (ttlMs: number): number => Math.max(10_000, 5 * ttlMs);
const RECOVER_MS = 30_000;

/**
 * Options become everything that a run will do. The same seed and options give the same plan, but for `runId` and
 * `created`; without a seed one is drawn. Throws a usage error for what cannot be.
 */
export function makePlan(options: RunOptions, parts: PlanParts): Plan {
  const { backend } = parts;
  const resolved = resolve(options, parts);
  const seed = options.seed === undefined ? randomSeed() : checkSeed(options.seed);
  return {
    version: 1,
    runId: randomBytes(4).toString("hex"),
    created: new Date().toISOString(),
    lockjepsen: parts.version,
    seed,
    runtime: parts.runtime,
    backend: {
      name: backend.name,
      version: resolved.version,
      module: backend.module,
      nodes: resolved.nodes,
      settings: resolved.settings,
    },
    judge: judgeContext(resolved, backend),
    workload: resolved.workload.name,
    register: resolved.register,
    holdMs: resolved.holdMs,
    waitMs: waitMs(resolved.ttlMs),
    clients: resolved.concurrency,
    durationMs: resolved.durationMs,
    faults: faultsOf(resolved, parts, seed),
    recoverMs: backend.recoversWithinMs ?? RECOVER_MS,
    command: commandLine(resolved, backend, seed, options),
    sources: sourcesOf(options),
  };
}

function judgeContext(resolved: Resolved, backend: Backend): JudgeContext {
  const { recipe, ttlMs, workload } = resolved;
  return {
    version: 1,
    backend: backend.name,
    recipe: recipe.name,
    promises: recipe.promises,
    ttlMs,
    freedWithinMs: recipe.freedWithin(ttlMs),
    fencing: resolved.fencing,
    discipline: resolved.discipline,
    workload: workload.name,
    ...(workload.sum && { sum: workload.sum }),
    leastGrants: workload.leastGrants,
    nemeses: [...new Set(resolved.faults.chosen.map(({ nemesis }) => nemesis.name))],
    locks: named("lock-", resolved.locks),
    clients: named("c", resolved.concurrency),
    servers: named("n", resolved.nodes),
  };
}

function faultsOf(resolved: Resolved, { nemeses }: PlanParts, seed: number): readonly PlannedFault[] {
  const { ttlMs, durationMs: runMs, faults } = resolved;
  const { chosen, intervalMs, lastsMs, overlap, schedule, ground } = faults;
  return schedule === null
    ? planFaults(createRandom(seed), { chosen, ttlMs, intervalMs, lastsMs, overlap, runMs })
    : planScheduled(schedule, { nemeses, ground, ttlMs, runMs, seed });
}
