/** A client process: a real program that takes the lock and changes the register, alone on a host of its own. */
import { loadBackend } from "../backends/index.js";
import { onParentGone, sendFatal } from "../child.js";
import { LockjepsenError } from "../error.js";
import { openRecorder } from "../history/recorder.js";
import { pluginAt } from "../plugins/place.js";
import { createRandom } from "../random.js";
import { workloads } from "../../workloads/index.js";
import { createAnswers } from "./answers.js";
import { createGate } from "./gate.js";
import type { FromWorker, ToWorker, WorkerConfig } from "./protocol.js";
import { createRounds, type Rounds } from "./rounds.js";
import { createScribe, type Scribe } from "./scribe.js";

const STATS_EVERY_MS = 250;

const send = (message: FromWorker): void => void process.send?.(message);
const gate = createGate(send);
const answer = createAnswers((message, sent) => process.send?.(message, undefined, {}, sent));
let rounds: Rounds | undefined;
let scribe: Scribe | undefined;

process.on("message", (message: ToWorker) => void obey(message).catch(sendFatal));
process.on("uncaughtException", sendFatal);
onParentGone(() => process.exit(0));

async function obey(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case "config":
      rounds = await prepare(message.config);
      return send({ kind: "ready" });
    case "start":
      scribe?.begin(BigInt(message.origin));
      setInterval(() => send({ kind: "stats", grants: rounds?.grants() ?? 0 }), STATS_EVERY_MS).unref();
      await rounds?.run();
      send({ kind: "stats", grants: rounds?.grants() ?? 0 });
      return send({ kind: "drained" });
    case "arm":
      return gate.arm(message.ticket, message.phase);
    case "disarm":
      return gate.disarm(message.ticket);
    case "go":
      return gate.go(message.ticket);
    case "drain":
      return rounds?.drain();
    case "finish":
      await rounds?.finish(message.probe, message.waitMs);
      return send({ kind: "finished" });
    case "ask":
      return answer(message.n, message.question);
    case "exit":
      return process.exit(0);
  }
}

async function prepare(config: WorkerConfig): Promise<Rounds> {
  const backend = await loadBackend(config.backendModule);
  const recipe = backend.recipes[config.recipe];
  const workload = workloads[config.workload] ?? (await pluginAt(config.workload, "workloads"));
  if (!recipe || !workload)
    throw new LockjepsenError(
      "internal",
      `no ${config.recipe} or ${config.workload}`,
      "the plan names what is not there",
    );
  scribe = createScribe(openRecorder(config.file), config.client);
  const thread = Number(config.client.replace(/\D/g, ""));
  return createRounds(workload, { config, recipe, scribe, gate, random: createRandom(config.seed, thread) });
}
