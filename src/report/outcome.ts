import type { Finding } from "../../checker/types.js";
import type { LockjepsenError } from "../error.js";
import type { VerdictDocument } from "./types.js";

/** What came of one run that was asked for: a verdict, or none, and why. */
export type Outcome =
  | { readonly title: string; readonly document: VerdictDocument }
  | { readonly title: string; readonly error: Pick<LockjepsenError, "code" | "message" | "hint"> };

/** `etcd 3.4.23 mutex, pause, seed 7`: tells a run from its neighbours. */
export function titleOf({ run }: VerdictDocument): string {
  const guard = run.fencing === "off" ? "" : `, fencing ${run.fencing}`;
  const faults = run.nemesis === "none" ? "no faults" : run.nemesis;
  return `${run.backend} ${run.version} ${run.lock}, ${faults}${guard}, seed ${run.seed}`;
}

/** In order of time. */
export const violationsOf = ({ findings }: VerdictDocument): readonly Finding[] =>
  findings.filter(({ severity }) => severity === "violation").toSorted((a, b) => a.time - b.time);

/** A line for each. */
export const outcomesText = (outcomes: readonly Outcome[]): string =>
  outcomes
    .map((outcome) =>
      "error" in outcome
        ? `no verdict  ${outcome.title}: ${outcome.error.message}\n`
        : `${outcome.document.verdict.padEnd(10)}  ${outcome.title}\n`,
    )
    .join("");
