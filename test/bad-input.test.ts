/** Configs, shards, merges and baselines that cannot be used: one line of what, one of how to mend it, exit code 64. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { cli, scratch } from "./support/cli.js";

const words = (line: string): readonly string[] => line.split(" ").filter(Boolean);
/** Too small for anything: a campaign opens, finds out, and ends in good order without a run. */
const NO_ROOM = { LOCKJEPSEN_DISK_BUDGET: "0.001M" };

/** What was said of a command in a directory with such a config: the two lines. */
async function refused(line: string, config: string | null, env: NodeJS.ProcessEnv = {}) {
  const cwd = scratch(onTestFinished);
  if (config !== null) writeFileSync(join(cwd, "lockjepsen.config.ts"), config);
  return await told(words(line), cwd, env);
}

async function told(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await cli(args, { cwd, env });
  const [what = "", mend = "", ...more] = stderr.trimEnd().split("\n");
  expect(code, stderr).toBe(64);
  expect([stdout, more]).toEqual(["", []]);
  expect(what).toMatch(/^error: /);
  expect(mend).toMatch(/^ hint: ./);
  return { what, mend };
}

const runs = (run: string): string => `export default { runs: { mine: ${run} } };`;

describe("a config", () => {
  test.each<[string, string, string, RegExp, RegExp]>([
    [
      "that throws",
      "throw new Error('not today');",
      "soak --runs 1",
      /config.*: not today/,
      /docs\/config\.md.*defineConfig/,
    ],
    [
      "that is no program",
      "export default {",
      "soak --runs 1",
      /lockjepsen\.config\.ts|Unexpected/,
      /defineConfig/,
    ],
    [
      "with a backend that nobody has",
      runs("{ backend: 'etdc' }"),
      "soak --runs 1",
      /mine: unknown backend "etdc"/,
      /did you mean "etcd"/,
    ],
    [
      "with a fault that nobody has",
      runs("{ backend: 'etcd', nemesis: 'nap' }"),
      "matrix",
      /mine: unknown nemesis "nap"/,
      /known: none, all, pause/,
    ],
    [
      "with a lock that nobody has",
      runs("{ backend: 'etcd', lock: 'mutx' }"),
      "matrix",
      /mine: unknown lock of etcd "mutx"/,
      /did you mean "mutex"/,
    ],
    [
      "with a workload that nobody has",
      runs("{ backend: 'etcd', workload: 'sett' }"),
      "matrix",
      /mine: unknown workload "sett"/,
      /did you mean "set"/,
    ],
    [
      "with a reporter that nobody has",
      "export default { reporters: ['junti'] }",
      "run -b etcd",
      /unknown reporter "junti"/,
      /did you mean "junit"/,
    ],
    [
      "with half a plugin",
      "export default { plugins: { workloads: [{ name: 'w' }] } }",
      "run -b etcd -w w",
      /plugins\.workloads\[0\] lacks description \(string\)/,
      /docs/,
    ],
    [
      "with a plugin of a name that is taken",
      "export default { plugins: { reporters: [{ name: 'html', create() {} }] } }",
      "run -b etcd",
      /plugins\.reporters\[0\]\.name "html" is taken/,
      /a name of its own/,
    ],
    [
      "with a word that is none",
      runs("{ backend: 'etcd', tll: '2s' }"),
      "soak --runs 1",
      /runs\.mine has no option "tll"/,
      /did you mean "ttl"/,
    ],
    [
      "with a field that is none",
      "export default { rnus: {} }",
      "matrix",
      /has no field "rnus"; did you mean "runs"/,
      /./,
    ],
    [
      "of a wrong type",
      runs("{ backend: 'etcd', ttl: { s: 2 } }"),
      "soak --runs 1",
      /runs\.mine\.ttl is \{"s":2\}, not a text/,
      /ttl: "2s"/,
    ],
    [
      "of a wrong type deep inside",
      "export default { budgets: { disk: 5 } }",
      "matrix",
      /budgets\.disk: expected string/,
      /./,
    ],
    [
      "whose value means nothing",
      runs("{ backend: 'etcd', ttl: 'soon' }"),
      "soak --runs 1",
      /runs\.mine: --ttl: "soon"/,
      /500ms, 2s/,
    ],
    [
      "whose value is out of range",
      "export default { defaults: { ttl: '1ms' } }",
      "run -b etcd",
      /--ttl 1ms is out of range/,
      /take 2s to .*it is set by .*lockjepsen\.config\.ts/,
    ],
    [
      "whose budget is no size",
      "export default { runs: { a: { backend: 'etcd' } }, budgets: { disk: 'much' } }",
      "matrix",
      /--disk-budget: "much" is not a size/,
      /500M/,
    ],
    ["without runs", "export default {}", "soak --runs 1", /has no runs/, /--backends/],
  ])("%s", async (_, config, line, what, mend) => {
    const said = await refused(`${line}${line.startsWith("run") ? " --dry-run" : ""}`, config);
    expect(said.what).toMatch(what);
    expect(said.mend).toMatch(mend);
  });

  test("that is named and not there, or not there at all", async () => {
    const named = await refused("soak --config mine.ts --runs 1", null);
    expect(named.what).toContain("mine.ts cannot be used: there is no such file");
    const none = await refused("soak --runs 1", null);
    expect(none.what).toContain("there is no --backends and no config");
  });
});

describe("a shard", () => {
  test.each([
    ["--shard 4/3", {}, /--shard 4\/3 is no shard/],
    ["--shard 0/3", {}, /--shard 0\/3 is no shard/],
    ["--shard third", {}, /--shard third is no shard/],
    [
      "",
      { JOB_COMPLETION_INDEX: "3", JOB_COMPLETIONS: "3" },
      /JOB_COMPLETION_INDEX 3 of JOB_COMPLETIONS 3 is no shard/,
    ],
  ])("%s out of range %j", async (option, env, what) => {
    const said = await refused(`soak --backends memory --runs 1 ${option}`, null, env);
    expect(said.what).toMatch(what);
    expect(said.mend).toContain("--shard 1/8 to --shard 8/8");
  });
});

describe("merge", () => {
  /** A directory with shards as campaigns leave them. */
  async function shards(...lines: readonly string[]): Promise<string> {
    const cwd = scratch(onTestFinished);
    for (const [index, line] of lines.entries()) {
      const args = words(`soak --runs 1 --nemeses none --output part-${index + 1} ${line}`);
      const { code, stderr } = await cli(args, { cwd, env: NO_ROOM });
      expect(code, stderr).toBe(2);
    }
    return cwd;
  }

  test("refuses parts of different campaigns, parts that are missing, and parts that are there twice", async () => {
    const cwd = await shards("--backends memory --shard 1/2", "--backends redis --shard 2/2");
    const other = await told(words("merge part-1 part-2"), cwd);
    expect(other.what).toMatch(/part-2 is no part of the same campaign as part-1/);
    expect((await told(words("merge part-1"), cwd)).what).toMatch(/shard 2\/2 is missing/);
    expect((await told(words("merge part-1 part-1"), cwd)).what).toMatch(/shard 1\/2 is there twice/);
  });

  test("refuses what is no campaign, or one of another version", async () => {
    const cwd = await shards("--backends memory");
    mkdirSync(join(cwd, "empty"));
    expect((await told(words("merge empty"), cwd)).what).toMatch(/empty holds no campaign/);
    const file = join(cwd, "part-1/campaign.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"version": 1', '"version": 2'));
    expect((await told(words("merge part-1"), cwd)).what).toMatch(/its version is 2, not 1/);
  });

  test("goes on with the same campaign only", async () => {
    const cwd = await shards("--backends memory --seed 1");
    const args = words("soak --runs 1 --nemeses none --backends memory --seed 2 --output part-1");
    expect((await told(args, cwd, NO_ROOM)).what).toMatch(/part-1 holds another soak/);
  });
});

describe("a baseline", () => {
  test.each([
    [
      "of another version",
      { version: 2, kind: "soak", cells: [] },
      /baseline of version 2, .* reads version 1/,
    ],
    ["of something else", { version: 1, kind: "matrix", cells: [] }, /is no baseline: kind: /],
    [
      "with a wrong type",
      { version: 1, kind: "soak", cells: [{ key: 7 }] },
      /is no baseline: cells\.0\.key: /,
    ],
  ])("%s", async (_, document, what) => {
    const cwd = scratch(onTestFinished);
    writeFileSync(join(cwd, "summary.json"), JSON.stringify(document));
    const args = words("soak --backends memory --runs 1 --baseline summary.json");
    expect((await told(args, cwd)).what).toMatch(what);
  });
});
