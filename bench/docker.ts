/** Containers against processes, by turns: what the machine is busy with meanwhile, both feel. */
import { findImage } from "../src/cluster/docker/images.js";
import { findEngine } from "../src/cluster/docker/engine.js";
import { loadBackend } from "../src/backends/index.js";
import { least, timed, type Timed } from "./timed.js";

const TURNS = 3;

const most = (list: readonly number[]): string =>
  `${Math.max(...list).toFixed(1)} best, ${Math.min(...list).toFixed(1)} worst of ${list.length}`;

export async function dockerAgainstLocal(
  output: string,
  say: (name: string, value: string) => void,
): Promise<void> {
  const engine = await findEngine();
  if (!("docker" in engine)) return say("docker against local", `not measured: ${engine.reason}`);
  const { software } = await loadBackend("etcd");
  const quiet = { onProgress: () => {}, signal: new AbortController().signal };
  await findImage(software, { version: null }, quiet); // built before anything is timed
  const all: Record<"docker" | "local", Timed[]> = { docker: [], local: [] };
  for (let seed = 0; seed < TURNS; seed += 1)
    for (const runtime of ["docker", "local"] as const)
      all[runtime].push(
        await timed({ durationMs: 4_000, holdMs: { min: 0, max: 0 }, seed, runtime, output }),
      );
  const of = (runtime: keyof typeof all, key: keyof Timed): readonly number[] =>
    all[runtime].map((one) => one[key]);
  const best = (runtime: keyof typeof all): number => Math.min(...of(runtime, "start"));
  say(
    "seconds from the call to the first grant, docker",
    `${least(of("docker", "start"))}; local ${least(of("local", "start"))}: ${(best("docker") / best("local")).toFixed(2)} times  (aim: 1.5)`,
  );
  say("seconds to tear down, docker", `${least(of("docker", "end"))}; local ${least(of("local", "end"))}`);
  say(
    "grants/s of etcd's mutex, 5 clients, docker",
    `${most(of("docker", "grantsPerSecond"))}; local ${most(of("local", "grantsPerSecond"))}`,
  );
}
