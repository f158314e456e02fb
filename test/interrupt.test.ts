/** Ctrl-C during a real run, once and twice: what is saved, what is said, and that nothing is left. */
import { execFileSync } from "node:child_process";
import { afterAll, expect, test } from "vitest";
import type { VerdictDocument } from "../src/report/types.js";
import { cli, scratches, startCli, type RunningCli } from "./support/cli.js";

const fresh = scratches(afterAll);

const namespacesOf = (runId: string): readonly string[] =>
  execFileSync("ip", ["netns", "list"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(runId));

/** A run that would go on for a minute, with a first fault in effect. */
async function underWay(
  env: NodeJS.ProcessEnv,
  output: string,
): Promise<RunningCli & { readonly runId: string }> {
  const args = ["run", "-b", "etcd", "-n", "pause", "--seed", "3", "--json", "--output", output];
  const run = startCli(args, { env });
  const id = /run ([0-9a-f]{8})/;
  await run.shows(id);
  await run.shows(/pause of c\d/i);
  return { ...run, runId: id.exec(run.stderr())?.[1] ?? "" };
}

test.concurrent.each(["SIGINT", "SIGTERM"] as const)(
  "%s: heals, saves, judges what there is, leaves nothing, exits 130",
  async (signal) => {
    const output = fresh();
    const { child, done, runId } = await underWay({ LOCKJEPSEN_STATE: fresh() }, output);
    child.kill(signal);
    const { code, stdout, stderr } = await done;
    expect(code, stderr).toBe(130);
    expect(stderr).toMatch(/interrupted: healing, saving, judging/);
    expect(namespacesOf(runId)).toEqual([]);

    const document = JSON.parse(stdout) as VerdictDocument;
    expect(document.run.interrupted).toBe(true);
    expect(document.grants).toBeGreaterThan(0);
    const checked = await cli(["check", document.files.directory, "--json"]);
    const again = JSON.parse(checked.stdout) as VerdictDocument;
    expect(again.verdict).toBe(document.verdict);
    expect(again.counts).toEqual(document.counts);
    expect(again.run.interrupted).toBe(true);
  },
);

test.concurrent("a second one stops at once, says what is left, and `clean` removes it", async () => {
  const env = { LOCKJEPSEN_STATE: fresh() };
  const run = await underWay(env, fresh());
  run.child.kill("SIGINT");
  await run.shows(/interrupted: healing/);
  const since = performance.now();
  run.child.kill("SIGINT");
  const { code, stdout, stderr } = await run.done;
  expect(performance.now() - since).toBeLessThan(10_000);
  expect(code).toBe(130);
  expect(stdout).toBe("");
  expect(stderr).toContain(
    `run ${run.runId} is left as it stands: \`lockjepsen clean ${run.runId}\` removes it`,
  );
  expect((await cli(["clean"], { env })).code).toBe(0);
  expect(namespacesOf(run.runId)).toEqual([]);
});
