import { whenReady } from "../cluster/readiness.js";
import { messageOf } from "../error.js";
import type { NemesisEvent } from "../history/event.js";
import type { ActOptions } from "./act.js";

export interface RecoverParts {
  record(event: Omit<NemesisEvent, "time" | "process">): void;
  /** Rejects when the run is void. */
  readonly failed: Promise<never>;
  /** Which fault it recovers from, or `all`. */
  readonly fault: string;
  /** Aborted: nothing is to be learnt any more. */
  readonly signal: AbortSignal;
}

/** What a supervisor, a person or the kernel short of memory ends a process by; a program that crashes ends otherwise. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"]);

/** Whether the cluster is healthy again by itself within its bound, now that nothing ails it: recorded. */
export async function recover(
  { plan, stage, onWarning }: ActOptions,
  { record, failed, fault, signal }: RecoverParts,
): Promise<void> {
  const { servers } = stage.cluster;
  const about = { f: "recover", fault, nodes: servers.map(({ name }) => name) } as const;
  record({ ...about, type: "invoke" });
  const over = new AbortController();
  const recovered = whenReady(servers, (node) => stage.control.ready(stage.endpoints[node.name] ?? ""), {
    timeoutMs: plan.recoverMs,
    signal: AbortSignal.any([signal, over.signal]),
  }).then(
    () => null,
    (error: unknown) => messageOf(error),
  );
  const error = await Promise.race([recovered, failed]).finally(() => over.abort());
  if (error === null) return record({ ...about, type: "ok" });
  if (signal.aborted) return; // it will be asked once more, at the end
  const killed = stage.ends().filter(({ signal: by }) => by !== null && FROM_OUTSIDE.has(by));
  // Not the cluster's doing, so nothing against it: whether it would have recovered is not known.
  record({ ...about, type: killed.length > 0 ? "info" : "fail", error });
  onWarning(`the cluster did not recover: ${error}`);
}
