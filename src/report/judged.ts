import type { Verdict } from "../../checker/types.js";
import type { History } from "../history/history.js";
import type { RunFiles } from "./document.js";
import type { VerdictDocument } from "./types.js";

type Run = VerdictDocument["run"];

/** What any history tells of its run; of a run with its plan everything is known. */
type KnownRun = Partial<Run> &
  Pick<
    Run,
    | "backend"
    | "version"
    | "lock"
    | "workload"
    | "nemesis"
    | "fencing"
    | "discipline"
    | "ttlMs"
    | "clients"
    | "interrupted"
  >;

/** A verdict to be told of: on a stored run (a {@link VerdictDocument}), or on a history alone. */
export interface Judged extends Verdict {
  readonly run: KnownRun;
  readonly files?: RunFiles;
}

/** The verdict on a history without its plan: its first event says how it came about, but not the version or the seed. */
export function judgedAlone(verdict: Verdict, { context, events }: History): Judged {
  return {
    ...verdict,
    run: {
      backend: context.backend,
      version: "unknown",
      lock: context.recipe,
      workload: context.workload,
      nemesis: context.nemeses.join("+") || "none",
      fencing: context.fencing,
      discipline: context.discipline,
      ttlMs: context.ttlMs,
      clients: context.clients.length,
      interrupted: wasCutShort(events),
    },
  };
}

/** A run that ended by itself says so in its last words; one that was killed says nothing. */
export function wasCutShort(events: History["events"]): boolean {
  const end = events.findLast((event) => event.process === "run" && event.f === "end");
  if (end === undefined || !("value" in end)) return end === undefined;
  return (end.value as { readonly interrupted?: boolean } | undefined)?.interrupted === true;
}
