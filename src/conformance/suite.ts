/** What every recipe of a backend does on a calm day, against what it promises. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backend, NodeCount, Recipe } from "../backends/types.js";
import type { FoundSoftware, Runtime } from "../cluster/types.js";
import { messageOf } from "../error.js";
import { checks, measuring, waiting } from "./checks/index.js";
import type { Driver } from "./drivers.js";
import { openStand, type Stand } from "./stand.js";
import type { CheckResult, ConformanceCheck, Effort, RecipeResult, Trial } from "./types.js";

export interface SuiteOptions {
  readonly runtime: Runtime;
  /** Programs of a recipe's servers. */
  software(recipe: Recipe): Promise<FoundSoftware>;
  /** Empty: all of the backend's. */
  readonly recipes: readonly string[];
  readonly effort: Effort;
  readonly signal: AbortSignal;
  /** Of each recipe, as soon as all is known of it. */
  onRecipe(result: RecipeResult): void;
}

/** Resolves with all results. Recipes that need another cluster get it, one after the other. */
export async function conform(backend: Backend, options: SuiteOptions): Promise<readonly RecipeResult[]> {
  const wanted = Object.values(backend.recipes).filter(
    ({ name }) => options.recipes.length === 0 || options.recipes.includes(name),
  );
  const shared = wanted.filter(({ nodes }) => nodes === undefined);
  const groups = [
    ...(shared.length > 0 ? [shared] : []),
    ...wanted.filter(({ nodes }) => nodes).map((one) => [one]),
  ];
  const results: RecipeResult[] = [];
  for (const group of groups) {
    options.signal.throwIfAborted();
    results.push(...(await onOneCluster(backend, group, options)));
  }
  return results;
}

/** Long enough for a machine's hiccups, and no longer. */
const USUAL_TTL_MS = 2_000;

function shortTtl({ promises }: Recipe): number {
  const { min, max, step } = promises.ttl;
  return Math.min(max, Math.max(min, Math.ceil(USUAL_TTL_MS / step) * step));
}

async function onOneCluster(
  backend: Backend,
  recipes: readonly Recipe[],
  options: SuiteOptions,
): Promise<readonly RecipeResult[]> {
  const [first] = recipes;
  if (!first) return [];
  const logDirectory = mkdtempSync(join(tmpdir(), "lockjepsen-conform-"));
  const { default: nodes }: NodeCount = first.nodes ?? backend.nodes;
  let stand: Stand | undefined;
  try {
    const software = await options.software(first);
    stand = await openStand(backend, {
      ...options,
      software,
      recipe: first.name,
      nodes,
      drivers: 1 + recipes.length,
      logDirectory,
    });
    const [driver, ...victims] = stand.drivers as [Driver, ...Driver[]];
    const trials = recipes.map((recipe, index) => trialOf(recipe, driver, victims[index] as Driver, options));
    const waited = await Promise.all(trials.map((trial) => tryAll(waiting, trial, backend)));
    const results: RecipeResult[] = [];
    for (const [index, trial] of trials.entries()) {
      options.signal.throwIfAborted();
      const seen = [...(waited[index] ?? []), ...(await tryAll(measuring, trial, backend))];
      const result = {
        backend: backend.name,
        version: software.version,
        recipe: trial.recipe.name,
        ttlMs: trial.ttlMs,
        checks: checks.flatMap(({ name }) => seen.filter(({ check }) => check === name)),
      };
      options.onRecipe(result);
      results.push(result);
    }
    return results;
  } finally {
    await stand?.stop();
    rmSync(logDirectory, { recursive: true, force: true });
  }
}

type UnlockedTrial = Omit<Trial, "lock">;

function trialOf(recipe: Recipe, driver: Driver, victim: Driver, { effort }: SuiteOptions): UnlockedTrial {
  const ttlMs = shortTtl(recipe);
  return { recipe, ttlMs, driver, victim, effort, connect: () => driver.connect(recipe.name) };
}

async function tryAll(
  list: readonly ConformanceCheck[],
  trial: UnlockedTrial,
  backend: Backend,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of list) results.push(await tryOne(check, trial, backend));
  return results;
}

async function tryOne(check: ConformanceCheck, trial: UnlockedTrial, backend: Backend): Promise<CheckResult> {
  const { recipe } = trial;
  const { name } = check;
  const why = check.skip?.(recipe, backend) ?? null;
  if (why !== null) return { check: name, result: "skipped", expected: true, seen: why };
  const { passed, seen } = await check
    .run({ ...trial, lock: `conform-${recipe.name}-${name}` })
    .catch((error: unknown) => ({ passed: false, seen: messageOf(error) }));
  return {
    check: name,
    result: passed ? "passed" : "failed",
    expected: expects(check, recipe, passed),
    seen,
  };
}

function expects(check: ConformanceCheck, { fails = [], ...recipe }: Recipe, passed: boolean): boolean {
  if (fails === "any") return true;
  const promised = !fails.includes(check.name) && (check.promised?.(recipe) ?? true);
  return passed === promised;
}
