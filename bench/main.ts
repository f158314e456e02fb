/** `npm run bench`: what the harness costs. Figures are of this machine, now: compare runs made side by side. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { WorkerConfig } from "../src/clients/protocol.js";
import { loadBackend } from "../src/backends/index.js";
import { local } from "../src/cluster/local.js";
import { whenReady } from "../src/cluster/readiness.js";
import { findSoftware } from "../src/cluster/software.js";
import { startControl } from "../src/control/client.js";
import { processId } from "../src/history/event.js";
import { startRegister } from "../src/register/start.js";
import { run } from "../src/run.js";
import { dockerAgainstLocal } from "./docker.js";
import { least, timed } from "./timed.js";

const output = mkdtempSync(join(tmpdir(), "lockjepsen-bench-"));
const say = (name: string, value: string): void => console.log(`${name.padEnd(58)} ${value}`);

/** From the call to the first grant, and from the last read to a clean machine (packages are in the cache already). */
async function startAndEnd(): Promise<void> {
  const runs = [];
  for (let seed = 0; seed < 3; seed += 1)
    runs.push(await timed({ durationMs: 2_000, output, seed, runtime: "local" }));
  const starts = runs.map(({ start }) => start);
  const ends = runs.map(({ end }) => end);
  say("seconds from the call to the first grant (etcd, 3 servers)", `${least(starts)}  (aim: 4)`);
  say("seconds to tear down", `${least(ends)}  (aim: 1)`);
}

/** Events recorded a second when the lock itself costs nothing. */
async function throughput(): Promise<void> {
  const durationMs = 5_000;
  const { document } = await run(
    {
      backend: new URL("instant.js", import.meta.url).href,
      workload: "counter",
      holdMs: { min: 0, max: 0 },
      durationMs,
      output,
      runtime: "local",
    },
    { reporters: [] },
  );
  const lines = (await lineCount(document.files.history)) + (await lineCount(document.files.register));
  say(
    "recorded events/s, 5 clients, instant lock",
    `${Math.round(lines / (durationMs / 1e3))}  (aim: 20000)`,
  );
}

async function lineCount(file: string): Promise<number> {
  return (await readFile(file)).reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0);
}

/** Acquire + release of etcd's mutex, bare and through the harness, by turns in one process. */
async function addedLatency(): Promise<void> {
  const backend = await loadBackend("etcd");
  const software = await findSoftware(backend.software, null, {
    onProgress: () => {},
    signal: new AbortController().signal,
  });
  const cluster = await local.create({
    runId: `bench${process.pid}`,
    servers: ["n1", "n2", "n3"].map((name) => ({
      name,
      command: (own, all) =>
        backend.command(own, all, {
          binaries: software.binaries,
          settings: {},
          recipe: backend.defaultRecipe,
        }),
    })),
    clients: 1,
    logDirectory: output,
    keep: false,
  });
  try {
    for (const server of cluster.servers) await server.start();
    const endpoint = ({ name, address }: { name: string; address: string }): string =>
      backend.endpoint({ name, address, dataDirectory: "" }, backend.defaultRecipe);
    const control = await startControl(cluster.control, backend.module);
    await whenReady(cluster.servers, (node) => control.ready(endpoint(node)), {
      timeoutMs: 60_000,
      signal: new AbortController().signal,
    });
    const register = await startRegister(cluster.register, {
      kind: "embedded",
      file: join(output, "bench-register.jsonl"),
      address: cluster.register.address,
      initial: 0,
      sequencers: null,
      fencing: "off",
    });
    register.start(process.hrtime.bigint());
    const [host] = cluster.clients;
    if (!host) throw new Error("no client");
    const driver = host.spawn(
      [process.execPath, fileURLToPath(new URL("latency-driver.js", import.meta.url))],
      { stdio: ["ignore", "ignore", "pass-on", "ipc"] },
    );
    const config: WorkerConfig = {
      client: "c1",
      file: join(output, "bench-history.jsonl"),
      firstProcess: processId(0),
      stride: 1,
      backendModule: backend.module,
      recipe: "mutex",
      endpoints: cluster.servers.map(endpoint),
      register: { kind: "embedded", address: cluster.register.address },
      workload: "counter",
      fencing: "off",
      discipline: "trusting",
      locks: ["harness"],
      ttlMs: 2_000,
      waitMs: 10_000,
      holdMs: { min: 0, max: 0 },
      seed: 1,
    };
    driver.send(config);
    const [medians] = (await once(driver, "message")) as [{ bare: number; harness: number; samples: number }];
    const added = (medians.harness / medians.bare - 1) * 100;
    say(
      "added latency of acquire + release, median",
      `${added.toFixed(1)} % (bare ${medians.bare.toFixed(2)} ms, harness ${medians.harness.toFixed(2)} ms, ${medians.samples} each)  (aim: 5 %)`,
    );
    control.close();
    await register.close();
  } finally {
    await cluster.stop();
  }
}

try {
  await startAndEnd();
  await throughput();
  await addedLatency();
  await dockerAgainstLocal(output, say);
} finally {
  rmSync(output, { recursive: true, force: true });
}
