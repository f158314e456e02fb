import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { cellsOfConfig, loadConfig } from "./load.js";

async function cells(source: string, name = "lockjepsen.config.ts") {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-config-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, name);
  writeFileSync(file, source);
  const loaded = await loadConfig(file);
  return loaded && cellsOfConfig(loaded);
}

it("reads runs in TypeScript, in the words of the command line", async () => {
  const source = `
    const ttl: string = "2s";
    export default {
      defaults: { ttl, duration: "20s" },
      runs: {
        calm: { backend: "etcd", expect: "valid" },
        paused: { backend: "redis", lock: "fenced", nemesis: "pause", fencing: "on", concurrency: 3, set: ["redis.hz=50"] },
      },
    } as const;`;
  expect(await cells(source)).toEqual([
    { key: "calm", expect: "valid", options: { backend: "etcd", ttlMs: 2_000, durationMs: 20_000 } },
    {
      key: "paused",
      options: {
        backend: "redis",
        lock: "fenced",
        nemesis: "pause",
        fencing: "on",
        concurrency: 3,
        ttlMs: 2_000,
        durationMs: 20_000,
        set: { "redis.hz": "50" },
      },
    },
  ]);
});

it.each([
  ["export default { run: {} }", /the whole: .*"run"/],
  ["export default { runs: { a: { backend: {} } } }", /runs\.a\.backend/],
  ["export default { runs: { a: { backend: 'etcd', tll: '2s' } } }", /runs\.a has no option "tll"/],
  ["export default { runs: { a: { backend: 'etcd', ttl: 'long' } } }", /runs\.a: .*ttl/],
  ["export default { runs: { a: { backend: 'etcd', expect: 'maybe' } } }", /runs\.a: expect "maybe"/],
  ["throw new Error('not today')", /not today/],
])("refuses %s by the path to what is wrong", async (source, message) => {
  await expect(cells(source)).rejects.toMatchObject({
    code: "usage",
    message: expect.stringMatching(message),
  });
});

it("says when the file that was named is not there", async () => {
  await expect(loadConfig("/nowhere/lockjepsen.config.ts")).rejects.toThrow(/there is no such file/);
});
