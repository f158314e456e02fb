import { cleanUp } from "../cluster/clean.js";
import { ensurePrivileges } from "../cluster/privileges.js";
import { EXIT, LockjepsenError } from "../error.js";
import type { RunOptions } from "../plan/options.js";
import { outputTo, type Output } from "../report/io.js";
import { pluginReporters, wantsJson, wantsTerminal, type Publication } from "../report/formats.js";
import { outcomesText, titleOf, type Outcome } from "../report/outcome.js";
import { publish } from "../report/publish.js";
import type { VerdictDocument } from "../report/types.js";
import { run } from "../run.js";
import { overspent, type Budget } from "./budget.js";
import { interruptibly } from "./interrupt.js";

export interface CampaignParts {
  readonly out: Output;
  readonly err: Output;
  runOne(options: RunOptions): Promise<VerdictDocument>;
  readonly signal: AbortSignal;
}

const NO_BUDGET: Budget = { timeMs: null, diskBytes: null };

/** More findings of a kind say nothing new, and a soak may have thousands of runs. */
const KEPT_OF_A_KIND = 5;

export interface CampaignManner {
  readonly directory: string;
  readonly publications: readonly Publication[];
  readonly budget?: Budget;
  /** It is over when all its runs are made: ended before by its budget, nobody knows what the others say. */
  readonly complete?: boolean;
}

/**
 * What a campaign needs around it: its runs lie below its directory, and what CI reads is written when all are over.
 * Resolves to the exit code.
 */
export async function performCampaign(
  { directory, publications, budget = NO_BUDGET, complete = false }: CampaignManner,
  perform: (parts: CampaignParts) => Promise<number>,
): Promise<number> {
  await ensurePrivileges();
  const [out, err] = [outputTo(process.stdout), outputTo(process.stderr)];
  return interruptibly(async (signal) => {
    // What an earlier part of this campaign may have left when it was killed; runs that are alive are not touched.
    await cleanUp({ onStep: () => {} });
    const outcomes: Outcome[] = [];
    const since = performance.now();
    const budgetOver = new AbortController();
    const runOne = async (options: RunOptions): Promise<VerdictDocument> => {
      const spent = await overspent(budget, performance.now() - since, directory);
      if (spent !== null) budgetOver.abort(spent);
      budgetOver.signal.throwIfAborted();
      try {
        const reporters = pluginReporters(publications, err);
        const { document } = await run({ ...options, output: directory }, { reporters, signal });
        if (publications.length > 0) outcomes.push({ title: titleOf(document), document: withFew(document) });
        return document;
      } catch (error) {
        const title = `${options.backend} ${options.nemesis ?? "no faults"}`;
        // What makes no sense is skipped, and no trouble.
        if (error instanceof LockjepsenError && error.code !== "usage" && !signal.aborted)
          outcomes.push({ title, error });
        throw error;
      }
    };
    const exitCode = await perform({
      out,
      err,
      runOne,
      signal: AbortSignal.any([signal, budgetOver.signal]),
    });
    if (wantsTerminal(publications) && wantsJson(publications)) err.write(outcomesText(outcomes));
    await publish(publications, outcomes, { out: err, directory, env: process.env });
    if (!budgetOver.signal.aborted) return exitCode;
    err.write(`ended: ${budgetOver.signal.reason}; the same command goes on from here\n`);
    return exitCode === EXIT.valid && complete ? EXIT.unknown : exitCode;
  }, "interrupted: the run under way is ended; the same command goes on from here");
}

function withFew(document: VerdictDocument): VerdictDocument {
  const seen = new Map<string, number>();
  const findings = document.findings.filter(({ kind, severity }) => {
    const times = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, times);
    return severity === "violation" && times <= KEPT_OF_A_KIND;
  });
  return { ...document, findings };
}
