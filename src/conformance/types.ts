import type { Backend, Recipe } from "../backends/types.js";
import type { Driver, RemoteClient } from "./drivers.js";

/** One thing that a lock must do on a calm day. A plugin: one file in `checks/`, one line in its `index.ts`. */
export interface ConformanceCheck {
  readonly name: string;
  readonly description: string;
  /** Why it says nothing of this recipe; null: it does. */
  skip?(recipe: Recipe, backend: Backend): string | null;
  /** Whether the recipe promises to pass. What it is known to fail beside that stands in `Recipe.fails`. */
  promised?(recipe: Recipe): boolean;
  /** How long it may rightly take, ms. Who takes longer by `Effort.patienceMs` hangs. */
  lasts(trial: Trial): number;
  run(trial: Trial): Promise<Outcome>;
}

/** One recipe, to be tried on a lock of its own. */
export interface Trial {
  readonly recipe: Recipe;
  readonly ttlMs: number;
  readonly lock: string;
  /** A client in a process that lives on. */
  connect(): Promise<RemoteClient>;
  readonly driver: Driver;
  /** Starts another process, to be killed; the driver beside it lives on. */
  victim(): Driver;
  readonly effort: Effort;
}

/** How much is tried. */
export interface Effort {
  readonly contenders: number;
  readonly contendMs: number;
  readonly tokens: number;
  readonly handOvers: number;
  /** For how long a check that should be over is waited for, ms. */
  readonly patienceMs: number;
}

export interface Outcome {
  readonly passed: boolean;
  /** What was seen, in a few words. */
  readonly seen: string;
}

/** How a recipe did in one check. `expected`: as it promises, or as is known of it. */
export interface CheckResult {
  readonly check: string;
  readonly result: "passed" | "failed" | "skipped";
  readonly expected: boolean;
  readonly seen: string;
}

export interface RecipeResult {
  readonly backend: string;
  readonly version: string;
  readonly recipe: string;
  readonly ttlMs: number;
  readonly checks: readonly CheckResult[];
}
