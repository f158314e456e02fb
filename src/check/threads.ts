import { Worker } from "node:worker_threads";
import { judgeParts, summarise, type Findings } from "../../checker/check-model.js";
import type { ModelVerdict } from "../../checker/models/types.js";
import { LockjepsenError } from "../error.js";
import type { OpColumns } from "../history/columns.js";
import { loadModel } from "./load-model.js";
import { share } from "./shared.js";
import type { Answer, CheckOptions, Task } from "./types.js";

/** With fewer operations a thread takes longer to start than to judge. */
const WORTH_A_THREAD = 50_000;

/** Judges a history, its locks and keys by several threads where there are many and that pays. */
export async function judgeInThreads(
  ops: OpColumns,
  name: string,
  { timeMs, memoryBytes, threads }: CheckOptions,
): Promise<ModelVerdict> {
  const model = await loadModel(name);
  const limits = { timeMs, memoryBytes };
  const every = Math.min(threads, model.partition ? threads : ops.keys.length - 1);
  if (every < 2 || ops.count < WORTH_A_THREAD * every)
    return summarise(model, [judgeParts(ops, model, limits)]);
  const shared = share(ops);
  const tasks = Array.from({ length: every }, (_, from): Task => ({
    kind: "parts",
    ops: shared,
    model: name,
    limits: { timeMs, memoryBytes: memoryBytes / every },
    portion: { from, every },
  }));
  return summarise(model, await Promise.all(tasks.map((task) => inThread(task) as Promise<Findings>)));
}

/** Does a task in a thread of its own. Rejects as the task does. */
export function inThread(task: Task): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: task });
    worker.once("message", (answer: Answer) => {
      if ("result" in answer) resolve(answer.result);
      else reject(new LockjepsenError(answer.error.code, answer.error.message, answer.error.hint));
    });
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`a thread ended with ${code} and no answer`)));
  });
}
