import { LockjepsenError } from "../error.js";
import { didYouMean } from "../suggest.js";

/** What to write for a run to `heal` or `clean`. */
export const RUN_ID = "its id, as `lockjepsen clean --dry-run` tells it";

/** `none`: what it means that no run left anything. */
export const noSuchRun = (given: string, known: readonly string[], none: string): LockjepsenError =>
  new LockjepsenError(
    "usage",
    `there is no run "${given}" that left anything`,
    known.length === 0 ? `no run did: ${none}` : didYouMean(given, known),
  );

export const stillUnderWay = (runId: string, so: string): LockjepsenError =>
  new LockjepsenError("usage", `run ${runId} is still under way${so}`, "end it by Ctrl-C");
