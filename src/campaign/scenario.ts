/** Settles a claim: its runs, its decision, and how often it decides. */
import { LockjepsenError } from "../error.js";
import type { RunOptions } from "../plan/options.js";
import { seedAfter } from "../plan/seed.js";
import { count, percent } from "../report/text.js";
import type { VerdictDocument } from "../report/types.js";
import type { Decision, Scenario } from "./scenarios/types.js";
import { rate, type Rate } from "./statistics.js";

/** One attempt at a claim. */
export interface Attempt extends Decision {
  readonly seed: number;
  readonly tookMs: number;
  /** Of each run, by its name. */
  readonly runs: Readonly<Record<string, { readonly directory: string; readonly command: string }>>;
}

export interface Settled {
  readonly name: string;
  readonly claim: string;
  readonly source: string;
  readonly slow: string | null;
  /** What most attempts that decided came to; `unknown`: none did, or they disagree. */
  readonly outcome: Decision["outcome"];
  /** Of the attempts, those that came to that. */
  readonly decided: Rate;
  readonly attempts: readonly Attempt[];
}

export interface SettleOptions {
  readonly repeat: number;
  readonly seed: number;
  runOne(options: RunOptions): Promise<VerdictDocument>;
  readonly signal: AbortSignal;
}

export async function settle(scenario: Scenario, options: SettleOptions): Promise<Settled> {
  const attempts: Attempt[] = [];
  for (let n = 0; n < options.repeat && !options.signal.aborted; n += 1)
    attempts.push(await attempt(scenario, seedAfter(options.seed, n), options));
  return conclude(scenario, attempts);
}

async function attempt(
  { runs, decide }: Scenario,
  seed: number,
  { runOne, signal }: SettleOptions,
): Promise<Attempt> {
  const since = performance.now();
  const documents = new Map<string, VerdictDocument>();
  for (const [name, options] of Object.entries(runs)) {
    signal.throwIfAborted();
    documents.set(name, await runOne({ ...options, seed }));
  }
  signal.throwIfAborted(); // the last one may have been cut short
  const decision = decide((name) => {
    const document = documents.get(name);
    if (!document) throw new LockjepsenError("internal", `no run is called ${name}`, "this is a defect");
    return document;
  });
  return {
    ...decision,
    seed,
    tookMs: Math.round(performance.now() - since),
    runs: Object.fromEntries(
      [...documents].map(([name, { files, run }]) => [
        name,
        { directory: files.directory, command: run.command },
      ]),
    ),
  };
}

/** A claim that was both confirmed and refuted is not settled. */
export function conclude({ name, claim, source, slow }: Scenario, attempts: readonly Attempt[]): Settled {
  const times = (outcome: Decision["outcome"]): number =>
    attempts.filter((one) => one.outcome === outcome).length;
  const [yes, no] = [times("confirmed"), times("refuted")];
  const outcome = yes > 0 && no > 0 ? "unknown" : yes > 0 ? "confirmed" : no > 0 ? "refuted" : "unknown";
  const decided = rate(outcome === "unknown" ? 0 : Math.max(yes, no), attempts.length);
  return { name, claim, source, slow: slow ?? null, outcome, decided, attempts };
}

/** `refuted in 19 of 20 attempts (76.4 % to 99.1 %)`; of one attempt the word alone. */
export function outcomeText({ outcome, decided, attempts }: Settled): string {
  if (attempts.length <= 1) return outcome;
  const { low, high } = decided.interval;
  return `${outcome} in ${decided.count} of ${count(attempts.length, "attempt")} (${percent(low)} to ${percent(high)} at 95 %)`;
}
