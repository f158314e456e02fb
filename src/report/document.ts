import { join } from "node:path";
import type { Verdict } from "../../checker/types.js";
import type { Plan } from "../plan/types.js";
import type { Environment, VerdictDocument } from "./types.js";

export type RunFiles = VerdictDocument["files"];

/** Where a run keeps what: the only place that knows these names. */
export function runFiles(directory: string): RunFiles {
  return {
    directory,
    plan: join(directory, "plan.json"),
    history: join(directory, "history.jsonl"),
    register: join(directory, "register.jsonl"),
    environment: join(directory, "environment.json"),
    verdict: join(directory, "verdict.json"),
    report: join(directory, "report.html"),
    logs: join(directory, "logs"),
  };
}

/** `verdict.json`: the verdict, with what was run and where its files are. */
export function makeDocument(
  verdict: Verdict,
  plan: Plan,
  environment: Environment | null,
  directory: string,
  options: { readonly interrupted: boolean },
): VerdictDocument {
  const { judge } = plan;
  return {
    ...verdict,
    run: {
      id: plan.runId,
      backend: plan.backend.name,
      // A run that died before its servers were found knows only what was asked for.
      version: environment?.backend.version ?? plan.backend.version ?? "unknown",
      lock: judge.recipe,
      runtime: plan.runtime,
      workload: plan.workload,
      nemesis: judge.nemeses.join("+") || "none",
      target: commonTarget(plan),
      fencing: judge.fencing,
      discipline: judge.discipline,
      seed: plan.seed,
      ttlMs: judge.ttlMs,
      holdMs: plan.holdMs,
      clients: plan.clients,
      nodes: plan.backend.nodes,
      durationMs: plan.durationMs,
      created: plan.created,
      command: plan.command,
      interrupted: options.interrupted,
    },
    files: runFiles(directory),
  };
}

/** Whom the faults were aimed at, where they all were at the same. */
function commonTarget({ faults }: Plan): string | null {
  const targets = new Set(faults.map(({ target }) => target));
  const [only] = targets;
  return targets.size === 1 && only !== undefined ? only : null;
}
