import { check } from "../../../checker/index.js";
import type { History } from "../../history/history.js";
import type { Plan } from "../../plan/types.js";
import { makeDocument } from "../document.js";
import type { RunResult } from "../types.js";
import { sampleEnvironment, samplePlan, type SampleOptions } from "./samples.js";
import { simulate } from "./simulate.js";

/** A simulated run as the real judge sees it. `change` may tamper with the record before it is judged. */
export function sampleResult(
  options: SampleOptions = {},
  change: (history: History) => History = (history) => history,
): RunResult {
  const plan = samplePlan(options);
  return judged(plan, change(simulate(plan)));
}

function judged(plan: Plan, history: History): RunResult {
  const document = makeDocument(check(history), plan, sampleEnvironment, "results/latest", {
    interrupted: false,
  });
  return { plan, environment: sampleEnvironment, history, document };
}
