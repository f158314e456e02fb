/** What remains when processes are killed by `kill -9`, for real: nothing that runs, and histories that check. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { openRecorder } from "../src/history/recorder.js";
import type { HistoryEvent } from "../src/history/event.js";
import type { VerdictDocument } from "../src/report/types.js";
import { cli, scratch, scratches, startCli } from "./support/cli.js";
import { commandLineOf, namespacesNaming } from "./support/cluster.js";

const fresh = scratches(afterAll);

/** Processes whose command line names a directory of ours. */
function processesNaming(text: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map((pid) => [pid, commandLineOf(pid)] as const)
    .filter(([, command]) => command.includes(text))
    .map(([pid, command]) => `${pid} ${command}`);
}

const childrenOf = (pid: number): readonly string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);

// Before the servers are there, while they start, while clients work, while one is stopped, at the end.
test.concurrent.each([300, 1_500, 4_000, 6_500, 9_500])(
  "the orchestrator killed after %i ms: clean leaves nothing",
  async (afterMs) => {
    const output = fresh();
    const state = fresh();
    const env = { LOCKJEPSEN_STATE: state };
    const run = startCli(["run", "-b", "etcd", "-n", "pause", "--duration", "10s", "--output", output], {
      env,
    });
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    run.child.kill("SIGKILL");
    // Not until its pipes are closed: a client that was frozen just then still holds them.
    await once(run.child, "exit");

    const cleaned = await cli(["clean"], { env });
    expect(cleaned.code).toBe(0);
    // Killed before it said who it is, it has made nothing.
    const runId = /run ([0-9a-f]{8})/.exec(run.stderr())?.[1];
    if (runId !== undefined) expect(namespacesNaming(runId)).toEqual([]);
    expect(processesNaming(output)).toEqual([]);
    expect(readdirSync(state, { recursive: true }).filter((name) => String(name).endsWith(".jsonl"))).toEqual(
      [],
    );

    if (existsSync(join(output, "latest", "history"))) {
      const checked = await cli(["check", join(output, "latest"), "--json"]);
      // Whatever it says, it says it: killed before the clients began there is nothing to judge (64).
      expect([0, 1, 2, 64]).toContain(checked.code);
      if (checked.code === 64) expect(checked.stderr).toMatch(/no .*begin|empty|no event/i);
    }
  },
);

test.concurrent("a client killed: the run goes on, and nothing that it did is unrecorded", async () => {
  const output = fresh();
  const args = [
    "run",
    "-b",
    "etcd",
    "-n",
    "none",
    "--hold",
    "0-20ms",
    "--duration",
    "8s",
    "--output",
    output,
  ];
  const run = startCli([...args, "--json"]);
  await run.shows(/clients ready/);
  for (let n = 0; n < 3; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const workers = childrenOf(run.child.pid ?? 0).filter((pid) =>
      commandLineOf(pid).includes("clients/worker.js"),
    );
    process.kill(Number(workers[n % workers.length]), "SIGKILL");
  }
  const { code, stdout, stderr } = await run.done;
  expect([0, 2], stderr).toContain(code);
  const { files } = JSON.parse(stdout) as { files: { history: string; register: string } };
  const events = (file: string): readonly HistoryEvent[] =>
    readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as HistoryEvent);

  const history = events(files.history);
  expect(history.filter(({ process: by, f }) => by === "run" && f === "client-exit")).toHaveLength(3);
  const asked = new Set(
    history.flatMap((event) => ("id" in event && event.type === "invoke" ? [event.id] : [])),
  );
  const applied = events(files.register).flatMap((event) =>
    event.f === "write" && "id" in event ? [event.id] : [],
  );
  expect(applied.length).toBeGreaterThan(50);
  expect(applied.filter((id) => !asked.has(id))).toEqual([]);
  // No process id is used by two processes.
  const owners = new Map<number, string>();
  for (const event of history) {
    if (typeof event.process !== "number" || !("client" in event)) continue;
    expect(owners.get(event.process) ?? event.client).toBe(event.client);
    owners.set(event.process, event.client ?? "");
  }
});

/** Starts a run without faults, kills the first of the orchestrator's children that `pattern` names, and waits for the end. */
async function struck(pattern: string, args: readonly string[] = []) {
  const output = fresh();
  const run = startCli(["run", "-b", "etcd", "-n", "none", "--json", "--output", output, ...args]);
  await run.shows(/clients ready/);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const victim = childrenOf(run.child.pid ?? 0).find((pid) => commandLineOf(pid).includes(pattern));
  process.kill(Number(victim), "SIGKILL");
  return { ...(await run.done), output };
}

test.concurrent.each([
  ["register/server.js", "the register"],
  ["control/server.js", "the control process"],
])("%s killed: the run is void at once, and nobody else is blamed", async (script, name) => {
  const { code, stdout, stderr, output } = await struck(script);
  expect(stderr).toContain(`error: ${name} was killed (SIGKILL), and not by this run`);
  expect(stderr).not.toMatch(/n\d (ended|was ended)/); // we ended those
  expect([code, stdout]).toEqual([3, ""]);
  const checked = await cli(["check", join(output, "latest"), "--json"]);
  expect(checked.code).toBe(2);
});

test.concurrent("a server killed from outside: told, and its absence is not held against the service", async () => {
  const { stdout, stderr } = await struck("--listen-peer-urls", ["--duration", "5s", "--hold", "0-20ms"]);
  expect(stderr).toMatch(/n1 was ended by SIGKILL/);
  expect(stderr).toContain("the cluster did not recover");
  const document = JSON.parse(stdout) as VerdictDocument;
  expect(document.counts).toEqual({});
});

test("a full disk while recording: said in one line, with its mend", () => {
  const directory = scratch(onTestFinished);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory]);
  onTestFinished(() => void execFileSync("umount", [directory]));
  const recorder = openRecorder(join(directory, "c1.jsonl"));
  const event = {
    time: 1,
    process: 0,
    client: "c1",
    type: "invoke",
    f: "acquire",
    lock: "lock-1",
  } as unknown as HistoryEvent;
  onTestFinished(() => recorder.close()); // the file system is busy until then; the last to be asked for is the first to be done
  expect(() => {
    for (let n = 0; n < 10_000; n += 1) recorder.write(event);
  }).toThrow(/disk is full/);
});
