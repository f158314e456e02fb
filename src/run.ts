import { check } from "../checker/index.js";
import { nemeses } from "../nemesis/index.js";
import { workloads } from "../workloads/index.js";
import { demandFaults, usable } from "./run/able.js";
import { act } from "./run/act.js";
import { loadBackend } from "./backends/index.js";
import { software as postgresSoftware } from "./backends/postgres/server.js";
import type { Backend } from "./backends/types.js";
import { demandRuntime, nameRuntime } from "./cluster/index.js";
import { findSoftware } from "./cluster/software.js";
import type { Software } from "./cluster/types.js";
import { probeCapabilities } from "./run/capabilities.js";
import { describeEnvironment, VERSION } from "./run/environment.js";
import { writeMerged } from "./history/merge.js";
import { readHistory } from "./history/reader.js";
import { openRecorder } from "./history/recorder.js";
import { parseBackend } from "./plan/backend.js";
import type { RunOptions } from "./plan/options.js";
import { makePlan } from "./plan/plan.js";
import type { Plan } from "./plan/types.js";
import { LockjepsenError } from "./error.js";
import { makeDocument } from "./report/document.js";
import { writeHtmlReport } from "./report/html.js";
import type { Reporter, RunResult } from "./report/types.js";
import { UnsavedError } from "./report/unsaved.js";
import { setStage, type Stage } from "./run/stage.js";
import { openStore, type Store } from "./run/store.js";

export interface RunHooks {
  readonly reporters: readonly Reporter[];
  /** Aborted: the run heals, records and judges what there is, cleans up, and returns early. */
  readonly signal?: AbortSignal;
}

/**
 * One run, whole: plan, cluster, clients and faults, history, verdict, report. Needs root; the
 * command line does without where the kernel lets it make a user namespace. Leaves nothing behind but its directory of results. Throws {@link LockjepsenError} where there
 * can be no verdict; what was recorded until then is kept.
 */
export async function run(options: RunOptions, hooks: RunHooks): Promise<RunResult> {
  const tell = broadcast(hooks.reporters);
  const signal = hooks.signal ?? new AbortController().signal;

  const { name, version } = parseBackend(options.backend);
  const backend = await loadBackend(name);
  const { image, runtime: wanted = "auto" } = options;
  const chosen = await nameRuntime(wanted, backend.software, image);
  const runtime = await demandRuntime(chosen.name);
  const plan = makePlan(options, {
    backend,
    nemeses: await usable(nemeses, options.nemesis),
    workloads,
    runtime: runtime.name,
    version: VERSION,
  });
  await demandFaults(nemeses, plan.faults);
  await backend.demand?.();
  tell.start(plan);
  if (chosen.because !== null) tell.phase(`runtime ${chosen.because}`);
  const finding = { onProgress: tell.phase, signal };
  const software = await runtime.find(softwareOf(backend, plan), { version, image }, finding);
  const resource = plan.register === "postgres" ? await findSoftware(postgresSoftware, null, finding) : null;
  const store = openStore(options.output ?? "results", plan);
  const recorder = openRecorder(store.recordOf("run"));

  const capabilities = probeCapabilities();
  capabilities.catch(() => {}); // awaited below, should there be a stage
  const stage = await setStage({
    plan,
    runtime,
    software,
    resource,
    store,
    keep: options.keepCluster ?? false,
    signal,
    onPhase: tell.phase,
    onWarning: tell.warning,
  });
  let environment: RunResult["environment"];
  let interrupted: boolean;
  try {
    const surroundings = { servers: stage.commands, capabilities: await capabilities, resource };
    environment = describeEnvironment(plan, software, surroundings);
    store.json(store.files.environment, environment);
    ({ interrupted } = await act({
      plan,
      stage,
      recorder,
      signal,
      bail: options.bail ?? false,
      records: store.files,
      onPhase: tell.phase,
      onFault: tell.fault,
      onProgress: tell.progress,
      onWarning: tell.warning,
    }));
  } finally {
    for (const left of await stage.strike())
      tell.warning(`could not remove ${left}: run \`lockjepsen clean\``);
    recorder.close();
    if (options.keepCluster) tell.warning(kept(stage, plan.runId));
    else tell.phase("cluster removed");
  }

  const torn = await writeMerged(store.files.directory);
  store.dropRecords();
  const read = await readHistory(store.files.directory);
  const history = { ...read, notes: [...torn, ...read.notes] };
  const document = makeDocument(check(history), plan, environment, store.files.directory, { interrupted });
  const result: RunResult = { plan, environment, history, document };
  // Whatever becomes of its files: the verdict has been come to, and is told.
  const trouble = await save(result, store).then(
    () => null,
    (error: unknown) => error,
  );
  await tell.end(result);
  if (trouble instanceof LockjepsenError && trouble.code === "environment")
    throw new UnsavedError(document, trouble);
  if (trouble !== null) throw trouble;
  return result;
}

async function save(result: RunResult, store: Store): Promise<void> {
  store.json(store.files.verdict, result.document);
  await writeHtmlReport(result, store.files.report);
}

const softwareOf = (backend: Backend, { judge }: Plan): Software =>
  backend.recipes[judge.recipe]?.software ?? backend.software;

function kept({ endpoints, cluster }: Stage, runId: string): string {
  const servers = Object.entries(endpoints).map(([name, endpoint]) => `${name} at ${endpoint}`);
  return `the servers go on: ${servers.join(", ")}; reach them by \`${cluster.entry.join(" ")} COMMAND\`, end them by \`lockjepsen clean ${runId}\``;
}

/** Tells all reporters, with the time since the run was asked for. */
function broadcast(reporters: readonly Reporter[]) {
  const since = performance.now();
  return {
    start: (plan: RunResult["plan"]) => reporters.forEach((reporter) => reporter.onStart?.(plan)),
    phase: (text: string) =>
      reporters.forEach((reporter) => reporter.onPhase?.(text, performance.now() - since)),
    fault: (text: string) => reporters.forEach((reporter) => reporter.onFault?.(text)),
    progress: (progress: Parameters<NonNullable<Reporter["onProgress"]>>[0]) =>
      reporters.forEach((reporter) => reporter.onProgress?.(progress)),
    warning: (text: string) => reporters.forEach((reporter) => reporter.onWarning?.(text)),
    async end(result: RunResult) {
      for (const reporter of reporters) await reporter.onEnd?.(result);
    },
  };
}
