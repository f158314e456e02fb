import type { VerdictWord } from "../../checker/types.js";
import { runSeries, type Series } from "../campaign/series.js";
import { summarise } from "../campaign/summary.js";
import { exampleText, runLine, summaryText } from "../campaign/text.js";
import { loadBackend } from "../backends/index.js";
import { nameRuntime } from "../cluster/index.js";
import { ensureRights } from "../cluster/rights.js";
import type { Runtime } from "../cluster/types.js";
import { EXIT, LockjepsenError, messageOf } from "../error.js";
import { parseBackend } from "../plan/backend.js";
import type { RunOptions } from "../plan/options.js";
import { DEFAULTS } from "../plan/defaults.js";
import { reporters } from "../report/index.js";
import { outputTo, type Output } from "../report/io.js";
import { titleOf, type Outcome } from "../report/outcome.js";
import { pluginReporters, wantsTerminal, type Publication } from "../report/formats.js";
import { publish } from "../report/publish.js";
import type { Reporter, VerdictDocument } from "../report/types.js";
import { UnsavedError } from "../report/unsaved.js";
import { run, type RunHooks } from "../run.js";
import { overspent, type Budget } from "./budget.js";
import { exitCodeOf, worst, type Expectation } from "./exit.js";
import { onInterrupt, type Interruption } from "./interrupt.js";

interface Manner {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly expected: Expectation | undefined;
  /** undefined: one run. */
  readonly series: Series | undefined;
  /** Of a series. */
  readonly budget: Budget;
  /** What is written for CI when all is over. */
  readonly publications: readonly Publication[];
}

/** Runs for real, telling of it on both streams. Resolves to the exit code. */
export async function perform(options: RunOptions, manner: Manner): Promise<number> {
  await ensureRights(await runtimeOf(options), options.output ?? DEFAULTS.output);
  const out = outputTo(process.stdout);
  const err = outputTo(process.stderr);
  const progress = reporters.terminal(err);
  const { interruption, remember } = interruptible(progress, err);
  const { signal } = interruption;
  const hooks = { reporters: manner.quiet ? [remember] : [remember, progress], signal };
  const outcomes: Outcome[] = [];
  const collect = collecting(outcomes);
  const runOne: RunOne = (one, more) =>
    collect(one, { ...more, reporters: [...more.reporters, ...pluginReporters(manner.publications, err)] });
  // Standard output is the programs' then.
  const people = !manner.json ? out : wantsTerminal(manner.publications) ? err : null;
  const telling = async (verdict: Promise<VerdictWord>): Promise<VerdictWord> => {
    try {
      return await verdict;
    } finally {
      const directory = options.output ?? DEFAULTS.output;
      await publish(manner.publications, outcomes, { out: err, directory, env: process.env });
    }
  };
  const results = [
    ...(manner.json ? [reporters.json(out)] : []),
    ...(people === null ? [] : [reporters.result(people)]),
  ];
  try {
    const verdict = await telling(
      manner.series
        ? many(
            options,
            { ...manner.series, budget: manner.budget },
            hooks,
            { people, programs: manner.json ? out : null, err },
            runOne,
          )
        : one(options, hooks, results, runOne),
    );
    return signal.aborted ? EXIT.interrupted : exitCodeOf(verdict, manner.expected);
  } catch (error) {
    // What an abort tears down answers with errors of its own; a bug stays a bug.
    if (!signal.aborted || (error instanceof LockjepsenError && error.code === "internal")) throw error;
    progress.onWarning(`interrupted before there was anything to judge (${messageOf(error)})`);
    return EXIT.interrupted;
  } finally {
    progress.clear();
    interruption.dispose();
  }
}

async function runtimeOf({ backend, runtime = "auto", image }: RunOptions): Promise<Runtime["name"]> {
  const { software } = await loadBackend(parseBackend(backend).name);
  return (await nameRuntime(runtime, software, image)).name;
}

type Hooks = RunHooks & { readonly signal: AbortSignal };

type RunOne = (options: RunOptions, hooks: Hooks) => Promise<VerdictDocument>;

/** Runs, and keeps what came of it. */
const collecting =
  (outcomes: Outcome[]): RunOne =>
  async (options, hooks) => {
    try {
      const { document } = await run(options, hooks);
      outcomes.push({ title: titleOf(document), document });
      return document;
    } catch (error) {
      const title = `${options.backend} ${options.nemesis ?? "no faults"}`;
      if (error instanceof LockjepsenError && !hooks.signal.aborted) outcomes.push({ title, error });
      throw error;
    }
  };

async function one(
  options: RunOptions,
  hooks: Hooks,
  results: readonly Reporter[],
  runOne: RunOne,
): Promise<VerdictWord> {
  return (await runOne(options, { ...hooks, reporters: [...hooks.reporters, ...results] })).verdict;
}

/**
 * A line for each run, and what they say together: also where they end early. The worst verdict of all; ended before by
 * their budget, nobody knows what the others would have said.
 */
async function many(
  options: RunOptions,
  { budget, ...series }: Series & Pick<Manner, "budget">,
  { signal, ...hooks }: Hooks,
  { people, programs, err }: Record<"people" | "programs", Output | null> & { readonly err: Output },
  runOne: RunOne,
): Promise<VerdictWord> {
  const documents: VerdictDocument[] = [];
  let unsaved = null as UnsavedError | null; // set in a call, which TypeScript does not follow
  const each = (options: RunOptions): Promise<VerdictDocument> =>
    runOne(options, { ...hooks, signal }).catch((error: unknown) => {
      if (!(error instanceof UnsavedError)) throw error;
      return (unsaved = error).document;
    });
  const since = performance.now();
  let spent = null as string | null; // as above
  const mayBegin = async (): Promise<boolean> => {
    if (unsaved) return false;
    spent = await overspent(budget, performance.now() - since, options.output ?? DEFAULTS.output);
    return spent === null;
  };
  try {
    for await (const document of runSeries(options, series, each, { signal, mayBegin })) {
      documents.push(document);
      programs?.write(`${JSON.stringify(document)}\n`);
      people?.write(`${runLine(document, documents.length, series.limit)}\n`);
    }
  } finally {
    const summary = summarise(documents);
    if (documents.length > 0) {
      programs?.write(`${JSON.stringify({ version: 1, summary })}\n`);
      people?.write(summaryText(summary, people.colours) + exampleText(documents, people));
    }
  }
  if (unsaved) throw unsaved;
  const verdict = worst(documents.map((document) => document.verdict));
  if (spent === null) return verdict;
  err.write(`ended after ${documents.length} of ${series.limit} runs: ${spent}\n`);
  return verdict === "valid" ? "unknown" : verdict;
}

/** Signals, told of on standard error; `remember` learns which run is under way. */
function interruptible(
  progress: ReturnType<typeof reporters.terminal>,
  err: Output,
): { readonly interruption: Interruption; readonly remember: Reporter } {
  let runId: string | undefined;
  const interruption = onInterrupt(
    () => progress.onWarning("interrupted: healing, saving, judging; press again to stop at once"),
    () => {
      progress.clear();
      err.write(
        runId === undefined
          ? "stopped at once; nothing was started yet\n"
          : `stopped at once; run ${runId} is left as it stands: \`lockjepsen clean ${runId}\` removes it\n`,
      );
    },
  );
  const remember: Reporter = {
    onStart: (plan) => {
      ({ runId } = plan);
    },
  };
  return { interruption, remember };
}
