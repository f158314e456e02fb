/** The measured comparison of several services, told of on the terminal. */
import { backendNames, loadBackend } from "../../backends/index.js";
import type { Backend } from "../../backends/types.js";
import { ensurePrivileges } from "../../cluster/privileges.js";
import { EXIT, LockjepsenError } from "../../error.js";
import { parseBackend } from "../../plan/backend.js";
import { RUNTIMES } from "../../plan/defaults.js";
import type { RunOptions } from "../../plan/options.js";
import { outputTo } from "../../report/io.js";
import type { VerdictDocument } from "../../report/types.js";
import { run } from "../../run.js";
import { circumstances } from "../../run/environment.js";
import { unknownName } from "../../suggest.js";
import { formatDuration } from "../../units.js";
import { measure, type Measured } from "./measure.js";
import { comparisonMarkdown, comparisonText } from "./text.js";

export interface CompareOptions {
  /** Names, with or without a version, or modules; `all`: every one of ours with a lock. */
  readonly backends: readonly string[];
  /** Recipes of the one backend that is named; empty: each one's usual one. */
  readonly locks: readonly string[];
  readonly durationMs: number;
  readonly runtime: string;
  readonly seed: number;
  readonly output: string;
  readonly format: "text" | "json" | "markdown";
  readonly signal: AbortSignal;
}

/** What excludes nobody has no cost to compare. */
const NO_LOCKS: ReadonlySet<string> = new Set(["control"]);

/** Resolves to the exit code. */
export async function compare(options: CompareOptions): Promise<number> {
  const { signal, format, durationMs } = options;
  const runtime = RUNTIMES.find((one) => one === options.runtime);
  if (!runtime) throw unknownName("runtime", options.runtime, RUNTIMES);
  const all = backendNames.filter((name) => !NO_LOCKS.has(name));
  const words = options.backends.flatMap((word) => (word === "all" ? all : [word]));
  const backends = await Promise.all(
    words.map(async (word) => ({ word, backend: await loadBackend(parseBackend(word).name) })),
  );
  const wanted = backends.flatMap((one) =>
    locksOf(one.backend, options.locks, words.length).map((lock) => ({ ...one, lock })),
  );
  await ensurePrivileges();
  const [out, err] = [outputTo(process.stdout), outputTo(process.stderr)];
  const runOne = async (each: RunOptions): Promise<VerdictDocument> => {
    signal.throwIfAborted();
    return (await run(each, { reporters: [], signal })).document;
  };
  const measured: Measured[] = [];
  const missing: string[] = [];
  for (const { word, backend, lock } of wanted) {
    err.write(`${word} ${lock}\n`);
    try {
      const shared = { seed: options.seed, runtime, output: options.output };
      measured.push(await measure(backend, { word, lock }, { durationMs, shared, runOne }));
      signal.throwIfAborted(); // the last one may have been cut short
    } catch (error) {
      // One service that cannot be had here takes nothing from the others.
      if (!(error instanceof LockjepsenError && error.code === "environment") || words.length === 1)
        throw error;
      missing.push(word);
      err.write(`${word} left out: ${error.message}\n hint: ${error.hint}\n`);
    }
  }
  if (format === "json") out.write(`${JSON.stringify({ version: 1, missing, measured }, null, 2)}\n`);
  else if (format === "text") out.write(comparisonText(measured, out.columns));
  else {
    const made = { command: commandOf(options), circumstances: circumstances(new Date()) };
    out.write(comparisonMarkdown(measured, made));
  }
  return missing.length > 0 ? EXIT.environment : EXIT.valid;
}

const commandOf = ({ backends, locks, durationMs }: CompareOptions): string =>
  [
    `npx lockjepsen compare --backends ${backends.join(",")}`,
    ...(locks.length > 0 ? [`--lock ${locks.join(",")}`] : []),
    `--duration ${formatDuration(durationMs)} --markdown`,
  ].join(" ");

/** Throws a usage error for what the backend has not, and where it is open whose they are. */
function locksOf(backend: Backend, locks: readonly string[], backends: number): readonly string[] {
  if (locks.length === 0) return [backend.defaultRecipe];
  if (backends > 1)
    throw new LockjepsenError(
      "usage",
      "--lock names recipes of one backend, and several are named",
      "compare one backend's recipes, or leave --lock out",
    );
  const own = Object.keys(backend.recipes);
  const unknown = locks.find((lock) => !own.includes(lock));
  if (unknown !== undefined) throw unknownName(`lock of ${backend.name}`, unknown, own);
  return locks;
}
