import { cleanUp } from "../cluster/clean.js";
import { ensurePrivileges } from "../cluster/privileges.js";
import { LockjepsenError } from "../error.js";
import type { RunOptions } from "../plan/options.js";
import { outputTo, type Output } from "../report/io.js";
import { titleOf, type Outcome } from "../report/outcome.js";
import { publish, type Publication } from "../report/publish.js";
import type { VerdictDocument } from "../report/types.js";
import { run } from "../run.js";
import { interruptibly } from "./interrupt.js";

export interface CampaignParts {
  readonly out: Output;
  readonly err: Output;
  runOne(options: RunOptions): Promise<VerdictDocument>;
  readonly signal: AbortSignal;
}

/** More findings of a kind say nothing new, and a soak may have thousands of runs. */
const KEPT_OF_A_KIND = 5;

/**
 * What a campaign needs around it: its runs lie below its directory, and what CI reads is written when all are over.
 * Resolves to the exit code.
 */
export async function performCampaign(
  directory: string,
  publications: readonly Publication[],
  perform: (parts: CampaignParts) => Promise<number>,
): Promise<number> {
  await ensurePrivileges();
  const [out, err] = [outputTo(process.stdout), outputTo(process.stderr)];
  return interruptibly(async (signal) => {
    // What an earlier part of this campaign may have left when it was killed; runs that are alive are not touched.
    await cleanUp({ onStep: () => {} });
    const outcomes: Outcome[] = [];
    const runOne = async (options: RunOptions): Promise<VerdictDocument> => {
      try {
        const { document } = await run({ ...options, output: directory }, { reporters: [], signal });
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
    const exitCode = await perform({ out, err, runOne, signal });
    await publish(publications, outcomes, { out: err, directory, env: process.env });
    return exitCode;
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
