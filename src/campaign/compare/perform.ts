/** The measured comparison of several services, told of on the terminal. */
import { backendNames, loadBackend } from "../../backends/index.js";
import { ensurePrivileges } from "../../cluster/privileges.js";
import { EXIT, LockjepsenError } from "../../error.js";
import { parseBackend } from "../../plan/backend.js";
import { RUNTIMES } from "../../plan/defaults.js";
import type { RunOptions } from "../../plan/options.js";
import { outputTo } from "../../report/io.js";
import type { VerdictDocument } from "../../report/types.js";
import { run } from "../../run.js";
import { unknownName } from "../../suggest.js";
import { measure, type Measured } from "./measure.js";
import { comparisonMarkdown, comparisonText } from "./text.js";

export interface CompareOptions {
  /** Names, with or without a version, or modules; `all`: every one of ours with a lock. */
  readonly backends: readonly string[];
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
  await ensurePrivileges();
  const [out, err] = [outputTo(process.stdout), outputTo(process.stderr)];
  const runOne = async (each: RunOptions): Promise<VerdictDocument> => {
    signal.throwIfAborted();
    return (await run(each, { reporters: [], signal })).document;
  };
  const measured: Measured[] = [];
  const missing: string[] = [];
  for (const { word, backend } of backends) {
    err.write(`${word}\n`);
    try {
      const shared = { seed: options.seed, runtime, output: options.output };
      measured.push(await measure(backend, word, { durationMs, shared, runOne }));
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
  else out.write(format === "markdown" ? comparisonMarkdown(measured) : comparisonText(measured));
  return missing.length > 0 ? EXIT.environment : EXIT.valid;
}
