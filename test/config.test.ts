/** The config as a person uses it: whose word counts, plugins in one file, and what is said of bad ones. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Plan } from "../src/plan/types.js";
import type { VerdictDocument } from "../src/report/types.js";
import { cli, scratch } from "./support/cli.js";
import { codeIn } from "./support/docs.js";

const words = (line: string): readonly string[] => line.split(" ").filter(Boolean);

/** A directory with such a config in it. */
function withConfig(source: string, name = "lockjepsen.config.ts"): string {
  const directory = scratch(onTestFinished);
  writeFileSync(join(directory, name), source);
  return directory;
}

describe("whose word counts", () => {
  test("flag, environment, config, default, in this order; the plan says which", async () => {
    const cwd = withConfig(`
      import { defineConfig } from "lockjepsen";
      export default defineConfig({
        defaults: { backend: "etcd", ttl: "4s", duration: "20s", concurrency: 3, set: ["etcd.heartbeat-interval=50"] },
      });`);
    const env = { LOCKJEPSEN_DURATION: "30s", LOCKJEPSEN_TTL: "5s" };
    const asked = await cli(words("run --ttl 2s --seed 1 --dry-run --json"), { cwd, env });
    expect(asked.code, asked.stderr).toBe(0);
    const plan = JSON.parse(asked.stdout) as Plan;
    expect(plan).toMatchObject({ seed: 1, clients: 3, durationMs: 30_000, judge: { ttlMs: 2_000 } });
    expect(plan.sources).toMatchObject({
      backend: "config",
      ttl: "flag",
      duration: "environment",
      concurrency: "config",
      set: "config",
      hold: "default",
      seed: "flag",
    });

    // 2s is the default too: unsaid, the config's 4s would take its place.
    const again = await cli(words(`${plan.command.replace("npx lockjepsen ", "")} --dry-run --json`), {
      cwd,
    });
    const { runId: _, created: __, sources: ___, command: ____, ...same } = JSON.parse(again.stdout) as Plan;
    expect(plan).toMatchObject(same);

    const text = await cli(words("run --seed 1 --dry-run"), { cwd, env });
    expect(text.stdout).toMatch(
      /said +.*ttl, duration.* by the environment; backend, set, concurrency by the config/,
    );
  });

  test("holds for the named runs of a campaign too, and for a product", async () => {
    const cwd = withConfig(`export default {
      defaults: { backend: "memory", duration: "1s", concurrency: 2 },
      runs: { slow: { nemesis: "none", hold: "0-10ms", duration: "2s" } },
      matrix: { seed: 9, parallel: 2 },
    };`);
    const made = await cli(words("matrix --duration 1500ms --output named"), { cwd });
    const [named] = readCells(cwd, "named");
    expect(named?.options, made.stderr).toMatchObject({ durationMs: 1_500, concurrency: 2, seed: 9 });
    const args = words("matrix --backends memory --nemeses none --output product");
    const product = await cli(args, { cwd, env: { LOCKJEPSEN_HOLD: "0-20ms" } });
    const [cell] = readCells(cwd, "product");
    const holdMs = { min: 0, max: 20 };
    expect(cell?.options, product.stderr).toMatchObject({
      durationMs: 1_000,
      concurrency: 2,
      holdMs,
      seed: 9,
    });
    const kept = JSON.parse(readFileSync(join(cwd, "product/latest/plan.json"), "utf8")) as Plan;
    expect(kept.sources).toMatchObject({
      backend: "flag",
      nemesis: "flag",
      hold: "environment",
      duration: "config",
      seed: "config",
      lock: "default",
    });
  });
});

const readCells = (cwd: string, output: string) =>
  (
    JSON.parse(readFileSync(join(cwd, output, "campaign.json"), "utf8")) as {
      readonly cells: readonly { readonly options: object }[];
    }
  ).cells;

test("a backend, a fault, a workload and a reporter in one file make a real run, told in every way at once", async () => {
  const cwd = withConfig(codeIn("docs/config.md", "// lockjepsen.config.ts"));
  const summary = join(cwd, "step.md");
  const reporters = "terminal,json,junit,github,markdown,html,lines=lines.jsonl";
  const { code, stdout, stderr } = await cli(words(`run --seed 5 --reporter ${reporters}`), {
    cwd,
    env: { GITHUB_STEP_SUMMARY: summary },
  });
  expect(code, stderr).toBe(0);
  const document = JSON.parse(stdout) as VerdictDocument;
  expect(document).toMatchObject({
    verdict: "valid",
    run: { backend: "mkdir", nemesis: "nap", workload: "ledger" },
  });
  const naps = document.faults.filter(({ verified }) => verified);
  expect(naps.length).toBeGreaterThan(1);
  expect(naps[0]).toMatchObject({ name: "nap", evidence: expect.stringMatching(/\d+ in state T/) });
  expect(stderr).toContain("Valid: ");
  expect(JSON.parse(readFileSync(join(cwd, "lines.jsonl"), "utf8"))).toEqual({
    verdict: "valid",
    grants: document.grants,
  });
  const junit = readFileSync(join(cwd, "results/junit.xml"), "utf8");
  expect(new XMLParser({ ignoreAttributes: false }).parse(junit).testsuites).toMatchObject({
    "@_failures": "0",
    "@_errors": "0",
  });
  expect(readFileSync(join(cwd, "results/summary.md"), "utf8")).toContain("| ✅ | mkdir ");
  expect(readFileSync(summary, "utf8")).toContain("| ✅ | mkdir ");
  const page = readFileSync(join(cwd, "results/summary.html"), "utf8");
  const [, link = ""] = /<a href="([^"]+)">mkdir/.exec(page) ?? [];
  expect(existsSync(join(cwd, "results", decodeURIComponent(link)))).toBe(true);
  expect(readFileSync(join(cwd, "results", decodeURIComponent(link)), "utf8")).toContain("#7a6cc0");

  const listed = await Promise.all(
    ["backends", "nemeses", "workloads"].map((what) => cli(["list", what], { cwd })),
  );
  expect(listed.map(({ stdout }) => /^(mkdir: |nap |ledger )/m.test(stdout))).toEqual([true, true, true]);
});

test("a reporter that fails is told of, and takes nothing from the verdict", async () => {
  const cwd = withConfig(`export default {
    plugins: { reporters: [{ name: "broken", create: () => ({ onEnd() { throw new Error("no such channel"); } }) }] },
  };`);
  const args = words("run -b memory --duration 2s --hold 0-20ms --seed 1 --expect valid --reporter broken");
  const { stderr, stdout } = await cli(args, { cwd });
  expect(stderr).toContain("! the reporter broken failed: no such channel");
  expect(stdout).toMatch(/^(?:Valid|Unknown)/);
});

test("a budget ends a campaign in good order, and the same command goes on", async () => {
  const cwd = withConfig(`export default {
    defaults: { backend: "memory", nemesis: "none", duration: "1s", hold: "0-10ms" },
    runs: { a: {}, b: {}, c: {} },
    budgets: { disk: "0.001M" },
  };`);
  const first = await cli(["matrix"], { cwd });
  expect(first.stderr).toMatch(
    /ended: the disk budget is used up: .* MB of 0.0 MB; the same command goes on/,
  );
  expect(first.stdout).toMatch(/b +none\s.*not run yet/);
  const rest = await cli(words("matrix --disk-budget 1G --json"), { cwd });
  const { records } = JSON.parse(rest.stdout) as { records: readonly { key: string }[] };
  expect(records.map(({ key }) => key).toSorted()).toEqual(["a", "b", "c"]);
});
