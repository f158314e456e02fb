/** What a `kill -9` of a real orchestrator leaves, and that cleaning up finds all of it and nothing else. */
import { spawn, type ChildProcess } from "node:child_process";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { cleanUp, describe, findLeftovers } from "../src/cluster/clean.js";
import { listJournals, openJournal, stateDirectory } from "../src/cluster/journal.js";
import { cli, scratch } from "./support/cli.js";
import { commandLineOf, eventually, namespacesNaming, runs, statOf } from "./support/cluster.js";

const state = scratch(afterAll);
beforeAll(() => vi.stubEnv("LOCKJEPSEN_STATE", state));
afterAll(() => vi.unstubAllEnvs());

const LOCAL = new URL("../dist/src/cluster/local.js", import.meta.url).href;

/** A process of its own that makes a cluster, starts a server that forks, and says which pids there are. */
function startOrchestrator({ keep = false } = {}): { readonly child: ChildProcess; readonly runId: string } {
  const runId = randomBytes(4).toString("hex");
  const script = `
    const { local } = await import(${JSON.stringify(LOCAL)});
    const cluster = await local.create({
      runId: "${runId}",
      servers: [{ name: "n1", command: () => ({ argv: ["sh", "-c", "(setsid sleep 60 &); echo data > data; exec sleep 60"] }) }],
      clients: 1,
      logDirectory: ${JSON.stringify(scratch(onTestFinished))},
      keep: ${keep},
    });
    await cluster.servers[0].start();
    cluster.clients[0].spawn(["sleep", "60"], { stdio: ["ignore", "ignore", "ignore"] });
    const { readFileSync } = await import("node:fs");
    const sleeps = (pid) => { try { return readFileSync(\`/proc/\${pid}/comm\`, "utf8") === "sleep\\n"; } catch { return false; } };
    const sleepers = () => cluster.servers[0].pids().filter(sleeps); // no shell that only forks
    while (sleepers().length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    process.send(sleepers());
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  onTestFinished(async () => {
    await killed(child); // before that it counts as under way, and is left alone
    await cleanUp({ onStep: () => {} });
  });
  return { child, runId };
}

const said = async (child: ChildProcess): Promise<readonly number[]> => {
  const [pids] = (await once(child, "message")) as [readonly number[]];
  return pids;
};

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

function childrenOf(pid: number): readonly number[] {
  if (!runs(pid)) return [];
  const tasks = readdirSync(`/proc/${pid}/task`);
  const lists = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8"));
  return lists.join(" ").split(" ").filter(Boolean).map(Number);
}

const dataOf = (runId: string): string => join(tmpdir(), `lockjepsen-${runId}`);

test("a killed orchestrator's processes, namespaces and data are found and removed, and nobody else's", async () => {
  const foreign = `lj-${randomBytes(4).toString("hex")}-n1`; // named like ours, but in no journal
  execFileSync("ip", ["netns", "add", foreign]);
  onTestFinished(() => void execFileSync("ip", ["netns", "del", foreign]));
  const bystander = spawn("nsenter", [`--net=/var/run/netns/${foreign}`, "sleep", "60"], { stdio: "ignore" });
  onTestFinished(() => void bystander.kill("SIGKILL"));

  const { child, runId } = startOrchestrator();
  const pids = await said(child);
  await killed(child);
  expect(pids.every(runs)).toBe(true); // servers outlive it: that is what cleaning up is for
  await eventually(async () => (await findLeftovers())[0]?.processes.length === 3);
  const [leftover] = await findLeftovers();
  expect(leftover).toMatchObject({ runId, alive: false, kept: false, directories: [dataOf(runId)] });
  expect(leftover?.namespaces).toHaveLength(4); // control, n1, c1, register
  expect(pids.every(runs)).toBe(true); // looking changes nothing

  const steps: string[] = [];
  const report = await cleanUp({ onStep: (text) => steps.push(text) });
  expect(report.removed.map((one) => one.runId)).toEqual([runId]);
  expect(report).toMatchObject({ running: [], failed: [] });
  expect(steps).toEqual([`run ${runId} of ${leftover?.started}: 3 processes, 4 namespaces, 1 directory`]);
  expect(leftover?.processes.filter(runs)).toEqual([]);
  expect(namespacesNaming(runId)).toEqual([]);
  expect(existsSync(dataOf(runId))).toBe(false);
  expect(readdirSync(stateDirectory())).toEqual([]);

  expect(namespacesNaming(foreign)).toEqual([foreign]);
  expect(runs(bystander.pid ?? 0)).toBe(true);
  expect(await cleanUp({ onStep: () => {} })).toEqual({ removed: [], running: [], failed: [] });
});

// While it loads, makes namespaces, starts servers.
test.each([60, 120, 180, 250])("killed %i ms after it began, whatever it was at", async (afterMs) => {
  const { child, runId } = startOrchestrator();
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill("SIGSTOP");
  const { pid = 0 } = child;
  await eventually(() => "TZX".includes(statOf(pid)?.state ?? "X"));
  const started = childrenOf(pid);
  await killed(child);
  // What it had just started (`ip`, `nsenter`) is through within moments, but for what is to stay.
  await eventually(() => started.every((pid) => !runs(pid) || /^(sh|sleep) /.test(commandLineOf(pid))));
  const [leftover] = await findLeftovers();
  const { failed } = await cleanUp({ onStep: () => {} });
  expect(failed).toEqual([]);
  expect(leftover?.processes.filter(runs) ?? []).toEqual([]);
  expect(namespacesNaming(runId)).toEqual([]);
  expect(existsSync(dataOf(runId))).toBe(false);
  expect(readdirSync(stateDirectory()).filter((name) => name.endsWith(".jsonl"))).toEqual([]);
});

test("a run under way is told of and left alone", async () => {
  const { child, runId } = startOrchestrator();
  const pids = await said(child);
  const { removed, running, failed } = await cleanUp({ onStep: () => {} });
  expect(running.map((one) => one.runId)).toEqual([runId]);
  expect({ removed, failed }).toEqual({ removed: [], failed: [] });
  expect(pids.every(runs)).toBe(true);
  expect(namespacesNaming(runId)).toHaveLength(4);
  expect(listJournals()).toHaveLength(1);
});

test("of a run that is named, and of no other", async () => {
  const [one, other] = [startOrchestrator(), startOrchestrator()];
  await Promise.all([said(one.child), said(other.child)]);
  const refused = await cli(["clean", one.runId]);
  expect([refused.code, refused.stdout]).toEqual([64, ""]);
  expect(refused.stderr).toContain(`run ${one.runId} is still under way`);

  await Promise.all([killed(one.child), killed(other.child)]);
  const shown = await cli(["clean", "--dry-run", one.runId]);
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringMatching(/^would remove .*\n$/)]);
  const cleaned = await cli(["clean", one.runId]);
  expect([cleaned.code, cleaned.stderr]).toEqual([0, ""]);
  expect(cleaned.stdout).toMatch(new RegExp(`^removed run ${one.runId} .*\\n$`));
  expect(namespacesNaming(one.runId)).toEqual([]);
  expect(namespacesNaming(other.runId)).toHaveLength(4);

  const again = await cli(["clean", one.runId]);
  expect(again.code).toBe(64);
  expect(again.stderr).toContain(`there is no run "${one.runId}" that left anything`);
  expect(again.stderr).toContain(other.runId);
});

test("a kept cluster says so", async () => {
  const { child, runId } = startOrchestrator({ keep: true });
  await said(child);
  await killed(child);
  expect(await findLeftovers()).toMatchObject([{ runId, kept: true, alive: false }]);
  expect((await cleanUp({ onStep: () => {} })).removed).toHaveLength(1);
  expect(namespacesNaming(runId)).toEqual([]);
});

test("a journal of things that were never made, or are gone, is only a journal", async () => {
  const journal = openJournal("nothing", "/logs");
  journal.note([
    { kind: "directory", path: dataOf("nothing") },
    { kind: "netns", name: "lj-nothing-n1" },
  ]);
  onTestFinished(journal.remove);
  const [leftover] = await findLeftovers();
  expect(leftover && describe(leftover)).toMatch(/only its journal/);
});
