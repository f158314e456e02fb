/** Whole runs against a real etcd: the answers that the README promises. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { cli, runJson, scratches } from "./support/cli.js";

const fresh = scratches(afterAll);

/** Two at a time (vitest.config.ts): they wait more than they work. */
describe.concurrent("a real etcd", () => {
  test("whose holder is paused loses updates, by an outlived lease and not by its own fault", async () => {
    const output = fresh();
    const run = await runJson([
      "-b",
      "etcd",
      "-n",
      "pause",
      "--duration",
      "25s",
      "--output",
      output,
      "--seed",
      "1",
    ]);
    const { document } = run;
    expect(run.code).toBe(1);
    expect(document.verdict).toBe("violated");
    expect(document.updates.lost).toBeGreaterThan(0);
    expect(document.firstViolation).toBeLessThan(20e9);
    const overlaps = document.findings.filter(({ kind }) => kind === "overlap");
    expect(overlaps.length).toBeGreaterThan(0);
    expect(new Set(overlaps.map(({ cause }) => cause))).toEqual(new Set(["outlived-lease"]));
    expect(document.brokenPromises).toBe(0);
    expect(document.faults.filter(({ verified }) => verified).length).toBeGreaterThan(1);
    expect(document.fence?.wouldSave).toBeGreaterThan(0);

    expect(readdirSync(document.files.directory).toSorted()).toEqual([
      "environment.json",
      "history.jsonl",
      "logs",
      "plan.json",
      "register.jsonl",
      "report.html",
      "verdict.json",
    ]);
    await checksAlike(document.files.directory, document, output);
  });

  test("with a fence refuses the stale writes and loses nothing", async () => {
    const output = fresh();
    const args = ["-b", "etcd", "-n", "pause", "--fencing", "on", "--duration", "25s", "--output", output];
    const { code, document } = await runJson([...args, "--seed", "2"]);
    expect(document.reasons).not.toEqual([]);
    expect(code).toBe(0);
    expect(document.updates.lost).toBe(0);
    expect(document.fence?.refused).toBeGreaterThan(0);
  });

  test.each(["mutex", "txn"])("without any fault keeps %s exclusive", async (lock) => {
    const output = fresh();
    const args = [
      "-b",
      "etcd",
      "-l",
      lock,
      "-n",
      "none",
      "--duration",
      "10s",
      "--hold",
      "0-50ms",
      "--output",
      output,
    ];
    const { code, document } = await runJson(args);
    expect(document.reasons).not.toEqual([]);
    expect(code).toBe(0);
    expect(document.counts).toEqual({});
    expect(document.grants).toBeGreaterThan(20);
  });

  test("without any fault lets everybody in by naive-put, which is not a lock", async () => {
    const output = fresh();
    const args = ["-b", "etcd", "-l", "naive-put", "-n", "none", "--duration", "8s", "--hold", "0-50ms"];
    const { code, document } = await runJson([...args, "--output", output]);
    expect(code).toBe(1);
    expect(document.causes["not-a-lock"]).toBeGreaterThan(0);
    expect(document.brokenPromises).toBe(0);
  });

  test("in a run too short for any fault is unknown, and says why", async () => {
    const output = fresh();
    const run = await runJson(["-b", "etcd", "-n", "pause", "--duration", "3s", "--output", output]);
    expect(run.code).toBe(2);
    expect(run.document.reasons.join(" ")).toMatch(/no fault/i);
  });
});

/** `check` says the same of what is stored, and of the same history with its last line cut off. */
async function checksAlike(
  directory: string,
  document: { verdict: string; counts: object },
  scratchDirectory: string,
) {
  const again = await cli(["check", directory, "--json"]);
  const said = JSON.parse(again.stdout) as typeof document;
  expect(again.code).toBe(1);
  expect(said.verdict).toBe(document.verdict);
  expect(said.counts).toEqual(document.counts);

  const cut = join(scratchDirectory, "cut", basename(directory));
  mkdirSync(cut, { recursive: true });
  copyFileSync(join(directory, "register.jsonl"), join(cut, "register.jsonl"));
  const history = readFileSync(join(directory, "history.jsonl"), "utf8");
  writeFileSync(join(cut, "history.jsonl"), history.slice(0, -10));
  const short = await cli(["check", join(cut, "history.jsonl"), "--json"]);
  expect(short.code).toBe(1);
  expect((JSON.parse(short.stdout) as { remarks: string[] }).remarks.join(" ")).toMatch(/cut off/);
}
