import { nemeses } from "../../nemesis/index.js";
import { workloads } from "../../workloads/index.js";
import { loadBackend } from "../backends/index.js";
import { nameRuntime } from "../cluster/index.js";
import { parseBackend } from "../plan/backend.js";
import type { RunOptions } from "../plan/options.js";
import { makePlan } from "../plan/plan.js";
import { outputTo } from "../report/io.js";
import { planText } from "../report/plan.js";
import { usable } from "../run/able.js";
import { VERSION } from "../run/environment.js";

/** Prints the plan of a run: what would be tried needs no cluster, no rights and no time. */
export async function dryRun(options: RunOptions, json: boolean): Promise<number> {
  const backend = await loadBackend(parseBackend(options.backend).name);
  const plan = makePlan(options, {
    backend,
    nemeses: await usable(nemeses, options.nemesis),
    workloads,
    runtime: (await nameRuntime(options.runtime ?? "auto", backend.software, options.image)).name,
    version: VERSION,
  });
  const out = outputTo(process.stdout);
  out.write(json ? `${JSON.stringify(plan, null, 2)}\n` : planText(plan, out));
  return 0;
}
