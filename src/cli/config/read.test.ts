import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { cellsOfConfig } from "./cells.js";
import { loadConfig } from "./read.js";

function write(source: string, name = "lockjepsen.config.ts"): string {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-config-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, name);
  writeFileSync(file, source);
  return file;
}

async function cells(source: string, name?: string) {
  const loaded = await loadConfig(write(source, name));
  return loaded && cellsOfConfig(loaded, undefined, { words: loaded.defaults, sources: {} });
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
  expect(await cells(source)).toMatchObject([
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
        sources: { backend: "config", set: "config" },
      },
    },
  ]);
});

it("reads every part, JSON and lists too", async () => {
  const config = {
    runs: { a: { backend: "etcd", nemesis: ["pause", "kill"] } },
    matrix: { backends: ["etcd", "redis"], nemeses: "none,pause+kill", parallel: 2, markdown: undefined },
    soak: { for: "8h", bail: true, keep: "all" },
    reporters: ["terminal", "junit=a.xml"],
    budgets: { time: "8h", disk: "20G" },
  };
  const loaded = await loadConfig(write(JSON.stringify(config), "lockjepsen.config.json"));
  expect(loaded).toMatchObject({
    defaults: {},
    runs: { a: { backend: "etcd", nemesis: "pause,kill" } },
    matrix: { backends: "etcd,redis", nemeses: "none,pause+kill", parallel: "2" },
    soak: { for: "8h", bail: true, keep: "all" },
    call: { reporter: "terminal,junit=a.xml", "time-budget": "8h", "disk-budget": "20G" },
  });
});

describe("refuses, by the path to what is wrong:", () => {
  it.each([
    ["export default { run: {} }", /the whole has no field "run"; did you mean "runs"/],
    ["export default { runs: [] }", /runs: expected record/],
    ["export default { runs: { a: { backend: {} } } }", /runs\.a\.backend is \{\}, not a text/],
    ["export default { runs: { a: { backend: 'etcd', ttl: true } } }", /runs\.a\.ttl is true, not a text/],
    [
      "export default { runs: { a: { backend: 'etcd', bail: 'yes' } } }",
      /runs\.a\.bail is "yes", not true or/,
    ],
    ["export default { runs: { a: { backend: 'etcd', tll: '2s' } } }", /runs\.a has no option "tll"/],
    ["export default { runs: { a: { backend: 'etcd', repeat: 2 } } }", /runs\.a has no option "repeat"/],
    ["export default { runs: { a: { backend: 'etcd', ttl: 'long' } } }", /runs\.a: .*ttl/],
    ["export default { runs: { a: { backend: 'etcd', expect: 'maybe' } } }", /runs\.a: .*expect "maybe"/],
    ["export default { runs: { a: { nemesis: 'pause' } } }", /runs\.a: which lock service/],
    ["export default { defaults: { ttl: null } }", /defaults\.ttl is null/],
    ["export default { matrix: { paralel: 2 } }", /matrix has no option "paralel"/],
    ["export default { soak: { runs: NaN } }", /soak\.runs is null, not a text/],
    ["export default { reporters: 'junit' }", /reporters: expected array/],
    ["export default { budgets: { disc: '1G' } }", /budgets has no field "disc"; did you mean "disk"/],
    ["export default { budgets: { disk: 5 } }", /budgets\.disk: expected string/],
    [
      "export default { plugins: { backend: [] } }",
      /plugins has no field "backend"; did you mean "backends"/,
    ],
    ["export default { plugins: { backends: [{}] } }", /plugins\.backends\.0\.name: expected string/],
    ["export default { plugins: { backends: [{ name: 'x' }] } }", /plugins\.backends\[0\] lacks description/],
    [
      "export default { plugins: { nemeses: [{ name: 'x' }] } }",
      /plugins\.nemeses\[0\] lacks .*inject \(function\)/,
    ],
    [
      "export default { plugins: { reporters: [{ name: 'junit', create() {} }] } }",
      /reporters\[0\]\.name "junit" is taken/,
    ],
    ["throw new Error('not today')", /not today/],
    ["export default {", /lockjepsen\.config\.ts/],
  ])("%s", async (source, message) => {
    await expect(cells(source)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(message),
    });
  });
});

it("says when the file that was named is not there", async () => {
  await expect(loadConfig("/nowhere/lockjepsen.config.ts")).rejects.toThrow(/there is no such file/);
});
