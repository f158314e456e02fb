import { cleanUp } from "../cluster/clean.js";
import { ensurePrivileges } from "../cluster/privileges.js";
import { EXIT } from "../error.js";
import type { RunOptions } from "../plan/options.js";
import { outputTo, type Output } from "../report/io.js";
import type { VerdictDocument } from "../report/types.js";
import { run } from "../run.js";
import { onInterrupt } from "./interrupt.js";

export interface CampaignParts {
  readonly out: Output;
  readonly err: Output;
  runOne(options: RunOptions): Promise<VerdictDocument>;
  readonly signal: AbortSignal;
}

/** What a campaign needs around it; its runs lie below its directory. Resolves to the exit code. */
export async function performCampaign(
  directory: string,
  perform: (parts: CampaignParts) => Promise<number>,
): Promise<number> {
  await ensurePrivileges();
  const [out, err] = [outputTo(process.stdout), outputTo(process.stderr)];
  const stop = onInterrupt(
    () => err.write("interrupted: the run under way is ended; the same command goes on from here\n"),
    () => err.write("stopped at once: `lockjepsen clean` removes what is left\n"),
  );
  try {
    // What an earlier part of this campaign may have left when it was killed; runs that are alive are not touched.
    await cleanUp({ onStep: () => {} });
    const runOne = async (options: RunOptions): Promise<VerdictDocument> =>
      (await run({ ...options, output: directory }, { reporters: [], signal: stop.signal })).document;
    const exitCode = await perform({ out, err, runOne, signal: stop.signal });
    return stop.signal.aborted ? EXIT.interrupted : exitCode;
  } finally {
    stop.dispose();
  }
}
