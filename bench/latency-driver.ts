/**
 * Runs on a client's host: takes and releases an etcd lock by turns bare (the recipe alone) and through the harness
 * (recorded, gated), in one process and on one cluster, so that the machine's noise hits both alike. Prints JSON:
 * medians in ms of acquire + release.
 */
import { once } from "node:events";
import { loadBackend } from "../src/backends/index.js";
import type { LockClient } from "../src/clients/contract.js";
import { createGate } from "../src/clients/gate.js";
import type { WorkerConfig } from "../src/clients/protocol.js";
import { createScribe } from "../src/clients/scribe.js";
import { openSession } from "../src/clients/session.js";
import { openRecorder } from "../src/history/recorder.js";

const ROUNDS = 40;
const BLOCK = 25;

const [config] = (await once(process, "message")) as [WorkerConfig];
const backend = await loadBackend(config.backendModule);
const recipe = backend.recipes[config.recipe];
if (!recipe) throw new Error(`no recipe ${config.recipe}`);

const scribe = createScribe(openRecorder(config.file), config.client);
scribe.begin(process.hrtime.bigint());
const session = await openSession(config.firstProcess, {
  config,
  recipe,
  scribe,
  gate: createGate(() => {}),
});
const bare = await recipe.connect({
  endpoints: config.endpoints,
  process: config.firstProcess,
  owner: "bare",
  now: () => process.hrtime.bigint(),
  renewed: () => {},
  renewing: () => Promise.resolve(),
});

const { signal } = new AbortController();
const options = { ttlMs: config.ttlMs, waitMs: config.waitMs, signal };

async function bareRound(client: LockClient): Promise<void> {
  const grant = await client.acquire("bare", options);
  if (!grant) throw new Error("not granted");
  await client.release(grant);
}

async function harnessRound(): Promise<void> {
  const held = await session.acquire("harness", options);
  if (!held) throw new Error("not granted");
  await session.release(held);
}

const times = { bare: [] as number[], harness: [] as number[] };
async function block(kind: keyof typeof times, round: () => Promise<void>): Promise<void> {
  for (let n = 0; n < BLOCK; n += 1) {
    const since = performance.now();
    await round();
    times[kind].push(performance.now() - since);
  }
}

await block("bare", () => bareRound(bare)); // warm-up, thrown away
await block("harness", harnessRound);
times.bare.length = 0;
times.harness.length = 0;
for (let n = 0; n < ROUNDS; n += 1) {
  // Who goes first changes, so that neither always runs after the other's garbage.
  const order = [() => block("bare", () => bareRound(bare)), () => block("harness", harnessRound)];
  for (const run of n % 2 === 0 ? order : order.toReversed()) await run();
}
const median = (list: number[]): number =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
process.send?.({ bare: median(times.bare), harness: median(times.harness), samples: times.bare.length }, () =>
  process.exit(0),
);
