/** The conformance suite over several backends, told of on the terminal. */
import { backendNames, loadBackend } from "../backends/index.js";
import type { Backend, Recipe } from "../backends/types.js";
import { demandRuntime, nameRuntime } from "../cluster/index.js";
import { ensureRights } from "../cluster/rights.js";
import type { FoundSoftware } from "../cluster/types.js";
import { EXIT, LockjepsenError } from "../error.js";
import { parseBackend } from "../plan/backend.js";
import { RUNTIMES } from "../plan/defaults.js";
import { outputTo } from "../report/io.js";
import { circumstances } from "../run/environment.js";
import { unknownName } from "../suggest.js";
import { conform } from "./suite.js";
import { conformancePage, type Tried } from "./page.js";
import { conforms, recipeText } from "./text.js";
import type { Effort, RecipeResult } from "./types.js";

const FULL: Effort = { contenders: 10, contendMs: 10_000, tokens: 1_000, handOvers: 5, patienceMs: 20_000 };
const QUICK: Effort = { contenders: 10, contendMs: 1_000, tokens: 100, handOvers: 3, patienceMs: 10_000 };

export interface ConformOptions {
  /** Names, with or without a version, or modules; `all`: every one of ours. */
  readonly backends: readonly string[];
  /** Empty: all of them. */
  readonly recipes: readonly string[];
  readonly quick: boolean;
  readonly runtime: string;
  readonly format: "text" | "json" | "markdown";
  readonly signal: AbortSignal;
}

/** Resolves to the exit code. */
export async function conformAll(options: ConformOptions): Promise<number> {
  const { format, signal } = options;
  const wanted = await Promise.all(
    options.backends.flatMap((name) => (name === "all" ? backendNames : [name])).map(known(options.recipes)),
  );
  const where = RUNTIMES.find((runtime) => runtime === options.runtime);
  if (!where) throw unknownName("runtime", options.runtime, RUNTIMES);
  const names = await Promise.all(
    wanted.map(async ({ backend }) => (await nameRuntime(where, backend.software, undefined)).name),
  );
  await ensureRights(names.includes("docker") ? "docker" : "local", ".");
  const [out, err] = [outputTo(process.stdout), outputTo(process.stderr)];
  const tried: Tried[] = [];
  const missing: string[] = [];
  for (const [index, { backend, version }] of wanted.entries()) {
    try {
      await backend.demand?.();
      const runtime = await demandRuntime(names[index] ?? "local");
      const software = (recipe: Recipe): Promise<FoundSoftware> =>
        runtime.find(
          recipe.software ?? backend.software,
          { version },
          { onProgress: (text) => err.write(`${text}\n`), signal },
        );
      const recipes = options.recipes.filter((name) => Object.hasOwn(backend.recipes, name));
      const effort = options.quick ? QUICK : FULL;
      const onServers = (found: string, names: readonly string[]): void =>
        err.write(`${backend.name} ${found}: trying ${names.join(", ")}\n`);
      const onRecipe = (result: RecipeResult): void => {
        const description = backend.recipes[result.recipe]?.description ?? "";
        if (format === "text") out.write(recipeText(result, description, out.colours));
        else err.write(`${result.backend} ${result.recipe}\n`);
      };
      const results = await conform(backend, {
        runtime,
        software,
        recipes,
        effort,
        signal,
        onServers,
        onRecipe,
      });
      tried.push({ backend, results });
    } catch (error) {
      // One service that cannot be had here takes nothing from the others.
      if (!(error instanceof LockjepsenError && error.code === "environment") || wanted.length === 1)
        throw error;
      missing.push(backend.name);
      err.write(`${backend.name} left out: ${error.message}\n hint: ${error.hint}\n`);
    }
  }
  const results = tried.flatMap((one) => one.results);
  if (format === "json") out.write(`${JSON.stringify({ version: 1, missing, results }, null, 2)}\n`);
  if (format === "markdown")
    out.write(
      conformancePage(tried, { command: commandOf(options), circumstances: circumstances(new Date()) }),
    );
  if (missing.length > 0) return EXIT.environment;
  return conforms(results) ? EXIT.valid : EXIT.violated;
}

const commandOf = ({ backends, recipes, quick }: ConformOptions): string =>
  [
    "npx lockjepsen conform --backend",
    backends.join(","),
    ...(recipes.length > 0 ? ["--lock", recipes.join(",")] : []),
    ...(quick ? ["--quick"] : []),
    "--markdown",
  ].join(" ");

/** The backend of a word. Throws a usage error for what is none, and where it has none of the recipes. */
const known =
  (recipes: readonly string[]) =>
  async (word: string): Promise<{ readonly backend: Backend; readonly version: string | null }> => {
    const { name, version } = parseBackend(word);
    const backend = await loadBackend(name);
    const own = Object.keys(backend.recipes);
    const unknown = recipes.find((recipe) => !own.includes(recipe));
    if (unknown !== undefined) throw unknownName(`lock of ${backend.name}`, unknown, own);
    return { backend, version };
  };
