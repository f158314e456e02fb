/** A thread that judges: a whole file, or some keys of a history whose columns it shares. */
import { parentPort, workerData } from "node:worker_threads";
import { judgeParts } from "../../checker/check-model.js";
import { LockjepsenError, messageOf } from "../error.js";
import { checkFile } from "./check-file.js";
import { loadModel } from "./load-model.js";
import { received } from "./shared.js";
import type { Answer, Task } from "./types.js";

async function perform(task: Task): Promise<unknown> {
  if (task.kind === "file") return checkFile(task.file, task.options);
  return judgeParts(received(task.ops), await loadModel(task.model), task.limits, task.portion);
}

async function answer(task: Task): Promise<Answer> {
  try {
    return { result: await perform(task) };
  } catch (error) {
    if (error instanceof LockjepsenError)
      return { error: { code: error.code, message: error.message, hint: error.hint } };
    return { error: { code: "internal", message: messageOf(error), hint: "please report it" } };
  }
}

parentPort?.postMessage(await answer(workerData as Task), []);
