/** A disk that gets full: what is said of it, what is told all the same, and that nothing is left. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { VerdictDocument } from "../src/report/types.js";
import { cli, scratch } from "./support/cli.js";
import { namespacesNaming } from "./support/cluster.js";

/** A directory on a disk of its own that holds so much. */
function disk(size: string): string {
  const directory = scratch(onTestFinished);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", directory]);
  onTestFinished(() => void execFileSync("umount", ["--lazy", directory]));
  return directory;
}

const RUN = ["run", "-b", "memory", "--duration", "3s", "--seed", "1", "--output"];

test("full when the servers are up: they are removed", async () => {
  const { code, stdout, stderr } = await cli([...RUN, disk("4k")]);
  expect([code, stdout]).toEqual([3, ""]);
  expect(stderr).toMatch(
    /cluster removed[^]*error: cannot write .*: the disk is full\n hint: free some space/,
  );
  const [, runId] = /run ([0-9a-f]{8})/.exec(stderr) ?? [];
  expect(runId).toBeDefined();
  expect(namespacesNaming(runId ?? "")).toEqual([]);
});

test("full when the report is written: the verdict is told, and no half of a page is left", async () => {
  const output = disk("160k");
  const { code, stdout, stderr } = await cli([...RUN, output, "--json"]);
  expect([code, stderr]).toEqual([
    3,
    expect.stringMatching(/error: cannot write .*report.html: the disk is full/),
  ]);
  const { verdict, files } = JSON.parse(stdout) as VerdictDocument;
  expect(existsSync(files.report)).toBe(false);
  const kept = JSON.parse(readFileSync(join(output, "latest", "verdict.json"), "utf8")) as VerdictDocument;
  expect(kept.verdict).toBe(verdict);
});

test("full in the first of several runs: what it has shown is told, and no other is begun", async () => {
  const { code, stdout, stderr } = await cli([...RUN, disk("160k"), "--repeat", "3"]);
  expect([code, stderr]).toEqual([
    3,
    expect.stringMatching(/error: cannot write .*report.html: the disk is full/),
  ]);
  expect(stdout).toMatch(/^1\/3 +seed 1 +(valid|violated|unknown)/m);
  expect(stdout).not.toContain("2/3");
});
