/** What every recipe of a backend does on a calm day, against what it promises. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backend, NodeCount, Recipe } from "../backends/types.js";
import type { FoundSoftware, Runtime } from "../cluster/types.js";
import { checks, measuring, waiting } from "./checks/index.js";
import type { Driver } from "./drivers.js";
import { takeSeat, type Seat } from "./seat.js";
import { openStand, type Stand } from "./stand.js";
import type { CheckResult, ConformanceCheck, Effort, RecipeResult } from "./types.js";

export interface SuiteOptions {
  readonly runtime: Runtime;
  /** Programs of a recipe's servers. */
  software(recipe: Recipe): Promise<FoundSoftware>;
  /** Empty: all of the backend's. */
  readonly recipes: readonly string[];
  readonly effort: Effort;
  readonly signal: AbortSignal;
  /** Servers of that version run, and these recipes are tried on them. */
  onServers(version: string, recipes: readonly string[]): void;
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
    const opened = await openStand(backend, {
      ...options,
      software,
      recipe: first.name,
      nodes,
      drivers: recipes.length,
      logDirectory,
    });
    stand = opened;
    options.onServers(
      software.version,
      recipes.map(({ name }) => name),
    );
    const seats = recipes.map((recipe, n) =>
      takeSeat(recipe, {
        ttlMs: shortTtl(recipe),
        effort: options.effort,
        driver: opened.drivers[n] as Driver,
        open: () => opened.open(n),
      }),
    );
    const waited = await Promise.all(seats.map((seat) => tryAll(waiting, seat, backend, options)));
    const results: RecipeResult[] = [];
    for (const [index, seat] of seats.entries()) {
      const { recipe, ttlMs } = seat;
      const seen = [...(waited[index] ?? []), ...(await tryAll(measuring, seat, backend, options))];
      const result = {
        backend: backend.name,
        version: software.version,
        recipe: recipe.name,
        ttlMs,
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

async function tryAll(
  list: readonly ConformanceCheck[],
  seat: Seat,
  backend: Backend,
  { signal }: SuiteOptions,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of list) {
    const name = check.name;
    const why = check.skip?.(seat.recipe, backend) ?? null;
    if (why === null) {
      const { passed, seen } = await seat.tries(check, signal);
      const expected = expects(check, seat.recipe, passed);
      results.push({ check: name, result: passed ? "passed" : "failed", expected, seen });
    } else results.push({ check: name, result: "skipped", expected: true, seen: why });
  }
  return results;
}

function expects(check: ConformanceCheck, recipe: Recipe, passed: boolean): boolean {
  const { fails = [], mayFail = [] } = recipe;
  if (fails.includes(check.name)) return !passed;
  if (mayFail === "any" || mayFail.includes(check.name)) return true;
  return passed === (check.promised?.(recipe) ?? true);
}
