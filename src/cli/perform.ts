import { ensurePrivileges } from "../cluster/privileges.js";
import { EXIT, LockjepsenError, messageOf } from "../error.js";
import type { RunOptions } from "../plan/options.js";
import { reporters } from "../report/index.js";
import { outputTo } from "../report/io.js";
import type { Reporter } from "../report/types.js";
import { run } from "../run.js";
import { exitCodeOf, type Expectation } from "./exit.js";
import { onInterrupt } from "./interrupt.js";
import { runSeries, type Series } from "./series.js";

interface Manner {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly expected: Expectation | undefined;
  /** undefined: one run. */
  readonly series: Series | undefined;
}

/** Runs for real, telling of it on both streams. Resolves to the exit code. */
export async function perform(
  options: RunOptions,
  { json, quiet, expected, series }: Manner,
): Promise<number> {
  await ensurePrivileges();
  const out = outputTo(process.stdout);
  const err = outputTo(process.stderr);
  const progress = reporters.terminal(err);
  let runId: string | undefined;
  const remember: Reporter = {
    onStart: (plan) => {
      ({ runId } = plan);
    },
  };
  const interruption = onInterrupt(
    () =>
      progress.onWarning("interrupted: healing, saving and judging what there is; once more to stop at once"),
    () => {
      progress.clear();
      const left =
        runId === undefined
          ? "nothing was started yet"
          : `run ${runId} is left as it stands: \`lockjepsen clean\` removes it`;
      err.write(`stopped at once; ${left}\n`);
    },
  );
  const { signal } = interruption;
  const hooks = { reporters: quiet ? [remember] : [remember, progress], signal };
  try {
    if (series) {
      const verdict = await runSeries(options, series, { ...hooks, out, json });
      return signal.aborted ? EXIT.interrupted : exitCodeOf(verdict, expected);
    }
    const result = json ? reporters.json(out) : reporters.result(out);
    const { document } = await run(options, { ...hooks, reporters: [...hooks.reporters, result] });
    return signal.aborted ? EXIT.interrupted : exitCodeOf(document.verdict, expected);
  } catch (error) {
    progress.clear();
    // What an abort tears down answers with errors of its own; a bug stays a bug.
    if (!signal.aborted || (error instanceof LockjepsenError && error.code === "internal")) throw error;
    err.write(`interrupted before there was anything to judge (${messageOf(error)})\n`);
    return EXIT.interrupted;
  } finally {
    interruption.dispose();
  }
}
