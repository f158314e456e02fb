/** What happens on the stage: clients and faults at once, then healing, recovery, and the last reads. */
import { setTimeout as sleep } from "node:timers/promises";
import { whenReady } from "../cluster/readiness.js";
import type { Host } from "../cluster/types.js";
import { messageOf } from "../error.js";
import { nanos, type NemesisEvent, type RunEvent } from "../history/event.js";
import type { Recorder } from "../history/recorder.js";
import type { Plan } from "../plan/types.js";
import type { Progress } from "../report/types.js";
import type { Stage } from "./stage.js";
import { nemeses } from "../../nemesis/index.js";
import { runSchedule } from "../../nemesis/schedule.js";

export interface ActOptions {
  readonly plan: Plan;
  readonly stage: Stage;
  readonly recorder: Recorder;
  /** Aborted: the workload ends now, everything after it happens all the same. */
  readonly signal: AbortSignal;
  onPhase(text: string): void;
  onFault(text: string): void;
  onProgress(progress: Progress): void;
  onWarning(text: string): void;
}

const PROGRESS_EVERY_MS = 500;
/** A round ends within its hold and two calls that time out; past that a client is stuck. */
const DRAIN_MS = 30_000;
/** What was under way when the faults were healed comes to rest. */
const QUIET_MS = 500;

/** Returns whether it was cut short. Rejects where the run is void: nothing can be recorded any more. */
export async function act(options: ActOptions): Promise<{ interrupted: boolean }> {
  const { plan, stage, recorder } = options;
  const { crew, register } = stage;
  const origin = process.hrtime.bigint();
  const now = () => nanos(Number(process.hrtime.bigint() - origin));
  const note = (f: RunEvent["f"], more: Pick<RunEvent, "client" | "value"> = {}): void =>
    recorder.write({ time: now(), process: "run", type: "info", f, ...more });
  const nemesis = (event: Omit<NemesisEvent, "time" | "process">): void => {
    const { type, f, ...rest } = event;
    recorder.write({ time: now(), process: "nemesis", type, f, ...rest });
  };

  recorder.write({
    time: nanos(0),
    process: "run",
    type: "info",
    f: "begin",
    value: plan.judge,
    wall: new Date().toISOString(),
    monotonic: String(origin),
  });
  crew.onExit((client, how) => {
    note("client-exit", { client, value: how });
    options.onWarning(`${client} ended (${how.signal ?? `exit code ${how.code}`}) and is started again`);
  });
  let over = false;
  for (const server of stage.cluster.servers)
    void server.exited.then(({ code, signal }) => {
      if (!over)
        options.onWarning(
          `${server.name} ended by itself (${signal ?? `exit code ${code}`}): ${server.logFile}`,
        );
    });
  register.start(origin);
  crew.start(origin);

  let faults = 0;
  let inEffect: string | null = null;
  const ending = new AbortController();
  const schedule = runSchedule({
    faults: plan.faults,
    nemeses,
    field: {
      servers: stage.cluster.servers,
      clients: stage.cluster.clients,
      leader: () => leaderOf(stage),
      holder: (phase, aim) => crew.aim(phase, aim),
    },
    origin,
    end: origin + BigInt(plan.durationMs) * 1_000_000n,
    record: nemesis,
    at: (instant) => nanos(Number(instant - origin)),
    onFault(text) {
      inEffect = text;
      if (text === null) return;
      faults += 1;
      options.onFault(text);
    },
    signal: ending.signal,
  });
  schedule.catch(() => {}); // awaited below, after the workload

  const progress = setInterval(() => {
    options.onProgress({
      elapsedMs: now() / 1e6,
      durationMs: plan.durationMs,
      grants: crew.grants(),
      faults,
      violations: register.overwritten(),
      now: inEffect,
    });
  }, PROGRESS_EVERY_MS);

  let interrupted = false;
  try {
    const time = sleep(plan.durationMs, undefined, { signal: options.signal }).catch(() => {
      interrupted = true;
    });
    await Promise.race([time, crew.failed, register.failed, schedule.then(() => time)]);
  } finally {
    clearInterval(progress);
    ending.abort();
    await schedule;
  }
  note("healed");
  const stuck = await Promise.race([crew.drain(DRAIN_MS + plan.holdMs.max), crew.failed, register.failed]);
  if (stuck.length > 0)
    options.onWarning(`${stuck.join(", ")} did not end their round within ${DRAIN_MS / 1000} s`);
  await sleep(QUIET_MS);
  await recover(options, nemesis);
  await lastReads(options);
  note("end", { value: { interrupted } });
  over = true;
  return { interrupted };
}

/** Whether the cluster is healthy again by itself, now that nothing ails it. */
async function recover(
  options: ActOptions,
  nemesis: (event: Omit<NemesisEvent, "time" | "process">) => void,
): Promise<void> {
  const { plan, stage } = options;
  const about = { f: "recover", fault: "all", nodes: stage.cluster.servers.map(({ name }) => name) } as const;
  nemesis({ ...about, type: "invoke" });
  try {
    await whenReady(stage.cluster.servers, (node) => stage.control.ready(stage.endpoints[node.name] ?? ""), {
      timeoutMs: plan.recoverMs,
      signal: new AbortController().signal,
    });
    nemesis({ ...about, type: "ok" });
  } catch (error) {
    nemesis({ ...about, type: "fail", error: messageOf(error) });
    options.onWarning(`the cluster did not recover: ${messageOf(error)}`);
  }
}

/** Every client reads every register, after trying once more to take the locks: is one of them left behind for ever? */
async function lastReads({ plan, stage: { crew, register }, onPhase, onWarning }: ActOptions): Promise<void> {
  const waitMs = (plan.judge.freedWithinMs ?? plan.judge.ttlMs) + 5_000;
  const rounds = Math.ceil(plan.judge.locks.length / plan.clients);
  const late = await Promise.race([
    crew.finish(waitMs, (waitMs + 10_000) * rounds),
    crew.failed,
    register.failed,
  ]);
  if (late.length > 0) onWarning(`${late.join(", ")} did not end their last reads in time`);
  onPhase("healed, last reads made");
}

async function leaderOf({ control, endpoints, cluster }: Stage): Promise<Host | null> {
  const leader = await control.leader(Object.values(endpoints)).catch(() => null);
  return cluster.servers.find((server) => endpoints[server.name] === leader) ?? null;
}
