import type { Judged } from "./judged.js";

/**
 * What to change after an `unknown`, so that the next run is strong enough to be judged. Read off the figures, so that
 * it holds for whatever made the judge say so.
 */
export function advice(judged: Judged): readonly string[] {
  if (judged.verdict !== "unknown") return [];
  const { run, faults, grants, holders, challenged } = judged;
  const hints: string[] = [];
  if (run.interrupted) hints.push("it was interrupted: let it run to its end");
  if (run.nemesis !== "none" && !faults.some(({ verified }) => verified))
    hints.push("no fault took effect: give it more time with --duration 60s, or aim at another --target");
  else if (run.nemesis !== "none" && challenged === 0)
    hints.push(
      "no fault outlasted a lease that was held: take a shorter --ttl, a longer --duration, or --target holder",
    );
  if (grants < 20) hints.push("the lock was hardly taken: take a longer --duration or a shorter --hold");
  if (holders < 2) hints.push("nobody competed for the lock: take more --concurrency");
  if (hints.length === 0)
    hints.push(
      "take a longer --duration, more --concurrency or fewer --locks, so that the lock is fought for",
    );
  return hints;
}
