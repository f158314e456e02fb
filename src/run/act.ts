/** What happens on the stage: clients and faults at once, then all comes to rest. */
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { nanos, type NemesisEvent, type RunEvent } from "../history/event.js";
import type { Recorder } from "../history/recorder.js";
import type { Plan } from "../plan/types.js";
import type { Progress } from "../report/types.js";
import { meansOf } from "./means.js";
import { recover } from "./recover.js";
import { comeToRest } from "./rest.js";
import type { Stage } from "./stage.js";
import { segmentsSent } from "./traffic.js";
import { watchRecords } from "./watch.js";
import { nemeses } from "../../nemesis/index.js";
import { runSchedule } from "../../nemesis/schedule.js";

export interface ActOptions {
  readonly plan: Plan;
  readonly stage: Stage;
  readonly recorder: Recorder;
  /** Aborted: the workload ends now, everything after it happens all the same. */
  readonly signal: AbortSignal;
  /** The workload ends at the first violation that is seen. */
  readonly bail: boolean;
  /** Where all that is recorded goes. */
  readonly records: { readonly directory: string; readonly register: string };
  onPhase(text: string): void;
  onFault(text: string): void;
  onProgress(progress: Progress): void;
  onWarning(text: string): void;
}

const PROGRESS_EVERY_MS = 500;

/** Returns whether it was cut short. Rejects where the run is void: nothing can be recorded any more. */
export async function act(options: ActOptions): Promise<{ interrupted: boolean }> {
  const { plan, stage, recorder } = options;
  const { crew, register } = stage;
  let fail: (error: unknown) => void = () => {};
  const unrecorded = new Promise<never>((_, reject) => (fail = reject));
  const failed = Promise.race([stage.failed, unrecorded]);
  failed.catch(() => {}); // awaited below
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
    try {
      note("client-exit", { client, value: how });
    } catch (error) {
      fail(error); // nobody else hears what is thrown here
    }
    if (!how.ours)
      options.onWarning(`${client} ended (${how.signal ?? `exit code ${how.code}`}) and is started again`);
  });
  const sentBefore = segmentsSent(stage.cluster.clients);
  register.start(origin);
  crew.start(origin);

  let faults = 0;
  let inEffect: readonly string[] = [];
  const ending = new AbortController();
  setMaxListeners(0, ending.signal); // every fault of the plan waits for it
  const schedule = runSchedule({
    faults: plan.faults,
    nemeses,
    means: meansOf(stage),
    origin,
    end: origin + BigInt(plan.durationMs) * 1_000_000n,
    record: nemesis,
    at: (instant) => nanos(Number(instant - origin)),
    onFault(all, landed) {
      inEffect = all;
      if (landed === null) return;
      faults += 1;
      options.onFault(landed);
    },
    journal: {
      fault({ id, nemesis }, undo) {
        const place = nemeses[nemesis]?.place;
        stage.cluster.note([{ kind: "fault", fault: id, nemesis, undo, ...(place && { place }) }]);
      },
      healed: ({ id }) => stage.cluster.note([{ kind: "healed", fault: id }]),
    },
    recovered: ({ id }, signal) => recover(options, { record: nemesis, failed, fault: id, signal }),
    signal: ending.signal,
  });
  schedule.catch(() => {}); // awaited below, after the workload

  const bailing = new AbortController();
  const watch = watchRecords(
    { ...options.records, context: plan.judge },
    {
      onFirst(explanation) {
        options.onWarning(`violated: ${explanation}`);
        if (options.bail) bailing.abort();
      },
      onWarning: options.onWarning,
    },
  );
  const progress = setInterval(() => {
    options.onProgress({
      elapsedMs: now() / 1e6,
      durationMs: plan.durationMs,
      grants: crew.grants(),
      faults,
      violations: watch.violations(),
      now: inEffect.length === 0 ? null : inEffect.join(", "),
    });
  }, PROGRESS_EVERY_MS);

  const signal = AbortSignal.any([options.signal, bailing.signal]);
  try {
    const time = sleep(plan.durationMs, undefined, { signal }).catch(() => {}); // ended early, as below
    await Promise.race([time, failed, schedule.then(() => time)]);
  } finally {
    clearInterval(progress);
    await watch.close();
    ending.abort();
    await schedule;
  }
  const interrupted = options.signal.aborted && !bailing.signal.aborted;
  if (bailing.signal.aborted) options.onPhase("ended at the first violation, as asked");
  const sent = segmentsSent(stage.cluster.clients);
  if (sent !== null && sentBefore !== null) note("traffic", { value: sent - sentBefore });
  note("healed");
  await comeToRest(options, { record: nemesis, failed });
  note("end", { value: { interrupted } });
  return { interrupted };
}
