/** Several real runs by one command: a line each, the rate, and the exit code of the worst. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Summary } from "../src/campaign/summary.js";
import type { VerdictDocument } from "../src/report/types.js";
import { cli, scratches } from "./support/cli.js";

const fresh = scratches(afterAll);
const NAIVE = ["run", "-b", "etcd", "-l", "naive-put", "--hold", "0-50ms", "--duration", "4s"];

test.concurrent("ends with the first verdict it waits for, as JSON lines with a summary", async () => {
  const output = fresh();
  const args = [...NAIVE, "--until", "violated", "--expect", "violated", "--seed", "11", "--json", "--quiet"];
  const { code, stdout, stderr } = await cli([...args, "--output", output]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const [document, last, ...more] = stdout.trimEnd().split("\n");
  expect(more).toEqual([]);
  expect((JSON.parse(document ?? "") as VerdictDocument).run.seed).toBe(11);
  const { summary } = JSON.parse(last ?? "") as { summary: Summary };
  expect(summary).toMatchObject({ runs: 1, verdicts: { violated: 1 }, seeds: [11] });
  expect(summary.violated.interval.low).toBeGreaterThan(0.2);
});

test.concurrent("ends when its budget is used up: the rest is not known, what was found is", async () => {
  const output = fresh();
  const args = ["--repeat", "20", "--time-budget", "1s", "--seed", "11", "--output", output];
  const calm = ["run", "-b", "etcd", "--hold", "0-20ms", "--duration", "4s", "--json", "--quiet"];
  const valid = await cli([...calm, "--workload", "set", ...args]);
  expect(valid.stdout.trimEnd().split("\n")).toHaveLength(2);
  expect(JSON.parse(valid.stdout.split("\n")[0] ?? "")).toMatchObject({ verdict: "valid" });
  expect(valid).toMatchObject({
    code: 2,
    stderr: "ended after 1 of 20 runs: the time budget of 1s is used up\n",
  });
  const violated = await cli([...NAIVE, "--quiet", ...args]);
  expect(violated.code).toBe(1);
  expect(violated.stderr).toMatch(/^ended after 1 of 20 runs/);
  const full = await cli([
    ...NAIVE,
    "--quiet",
    "--repeat",
    "3",
    "--disk-budget",
    "0.001M",
    "--output",
    output,
  ]);
  expect(full).toMatchObject({ code: 2, stdout: "" });
  expect(full.stderr).toMatch(/^ended after 0 of 3 runs: the disk budget is used up: /);
});

test.concurrent("of one run has no budget", async () => {
  const { code, stderr } = await cli(["run", "-b", "etcd", "--time-budget", "1h"]);
  expect(code).toBe(64);
  expect(stderr).toMatch(/^error: --time-budget is looked at between runs.*\n hint: add --repeat; /);
});

test.concurrent("repeats with the next seed, and tells the rate to people", async () => {
  const output = fresh();
  const { code, stdout } = await cli([...NAIVE, "--repeat", "2", "--seed", "11", "--output", output]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^1\/2 +seed 11 +violated .*\n2\/2 +seed 12 +violated /);
  expect(stdout).toMatch(/violated in 2 of 2 judged runs: 100 % \(95 % interval: 34.2 % to 100 %\)/);
  expect(stdout).toMatch(/with not-a-lock +2 +0 +0/);
  expect(readdirSync(join(output, "etcd-naive-put-none"))).toHaveLength(2);
});
