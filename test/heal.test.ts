/** `kill -9` of lockjepsen while a fault is in effect: `heal` brings everything back, `clean` leaves nothing. */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { basename } from "node:path";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { cleanUp } from "../src/cluster/clean.js";
import { findHost } from "../src/cluster/find-host.js";
import { listJournals } from "../src/cluster/journal.js";
import { processesOf } from "../src/cluster/remove.js";
import { cli, scratch, scratches, startCli } from "./support/cli.js";
import { controlGroups, eventually, namespacesNaming, node, nothingStays } from "./support/cluster.js";

/** Asks a Redis, from inside the run's network, for its time. */
const ASK = `
  const socket = require("node:net").connect(6379, "10.77.0.1", () => socket.write("TIME\\r\\n"));
  socket.setTimeout(1500, () => process.exit(1)).on("error", () => process.exit(1));
  socket.on("data", (data) => (console.log(String(data).split("\\r\\n")[2]), process.exit(0)));`;

/** How far the clock of the run's server is off, s; null where it does not answer. */
function serverOff(runId: string): number | null {
  const [program, ...args] = ["ip", "netns", "exec", `lj-${runId}-control`, ...node(ASK)];
  try {
    const said = execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return Math.round(Number(said) - Date.now() / 1_000);
  } catch {
    return null;
  }
}

const fresh = scratches(afterAll);
const made: NodeJS.ProcessEnv[] = [];
afterAll(async () => void (await Promise.all(made.map((env) => cli(["clean"], { env })))));

/** A run that was killed while this fault was in effect. */
async function killedDuring(...fault: string[]) {
  const env = { LOCKJEPSEN_STATE: fresh() };
  const output = fresh();
  made.push(env);
  const args = ["run", "-b", "redis", "--concurrency", "2", "--duration", "60s", "--fault-duration", "50s"];
  const run = startCli([...args, "--output", output, "-n", ...fault], { env });
  await run.shows(/ for 50\.0 s/);
  run.child.kill("SIGKILL");
  await run.done; // its output ends with it, whoever is still stopped
  const runId = /run ([0-9a-f]{8})/.exec(run.stderr())?.[1] ?? "";
  return { runId, env };
}

/** Two at a time (vitest.config.ts): each has a run of its own. */
describe.concurrent.each([
  { name: "pause", args: ["pause", "--target", "n1"], ails: null },
  { name: "pause:freeze", args: ["pause:freeze", "--target", "n1"], ails: null },
  { name: "kill", args: ["kill", "--target", "n1"], ails: null },
  { name: "clock", args: ["clock", "--target", "n1", "--fault", "clock.offset=-10h"], ails: -36_000 },
])("$name", ({ args, ails }) => {
  test("is undone by heal, and a second time there is nothing to do", async () => {
    const { runId, env } = await killedDuring(...args);
    const off = serverOff(runId);
    if (ails === null) expect(off).toBeNull();
    else expect(Math.abs((off ?? 0) - ails)).toBeLessThan(60);

    const healed = await cli(["heal", runId], { env });
    expect([healed.code, healed.stderr]).toEqual([0, ""]);
    expect(healed.stdout).toMatch(/^f1 \(\w+\): \S/);
    await eventually(() => Math.abs(serverOff(runId) ?? Infinity) < 3);
    expect((await cli(["heal", runId], { env })).code).toBe(0);
    await eventually(() => Math.abs(serverOff(runId) ?? Infinity) < 3);

    expect((await cli(["clean"], { env })).code).toBe(0);
    expect(namespacesNaming(runId)).toEqual([]);
    await nothingStays(controlGroups);
  });
});

test.concurrent.each([
  ["pause:freeze", "--target", "holder"],
  ["pause:slow"],
  ["block"],
  ["kill", "--target", "holder"],
])("%s: clean alone leaves nothing", async (...args) => {
  const { runId, env } = await killedDuring(...args);
  const cleaned = await cli(["clean"], { env });
  expect([cleaned.code, cleaned.stderr]).toEqual([0, ""]);
  expect(namespacesNaming(runId)).toEqual([]);
  await nothingStays(controlGroups);
});

const module = (path: string): string => JSON.stringify(new URL(`../dist/${path}`, import.meta.url).href);

function programOf(pid: number): string | null {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return null; // it ended just now
  }
}

/** A run whose server is dead, and that is killed as soon as two programs `last` of its own run on its hosts. */
async function killedBeside(ours: string, last: string) {
  const runId = randomBytes(4).toString("hex");
  const script = `
    const { local } = await import(${module("src/cluster/local.js")});
    const { knock } = await import(${module("nemesis/net/knock.js")});
    const { ask } = await import(${module("nemesis/net/ask.js")});
    const servers = [{ name: "n1", command: () => ({ argv: ["sleep", "600"] }) }];
    const logDirectory = ${JSON.stringify(scratch(onTestFinished))};
    const { servers: [n1], clients: [c1] } = await local.create({ runId: "${runId}", servers, clients: 1, logDirectory, keep: false });
    await n1.kill("SIGKILL");
    for (const host of [n1, c1]) await host.exec("iptables -A OUTPUT -p tcp -j DROP".split(" "));
    ${ours};
    process.send("under way");
    setInterval(() => {}, 1000);`;
  vi.stubEnv("LOCKJEPSEN_STATE", scratch(onTestFinished));
  onTestFinished(() => void vi.unstubAllEnvs());
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  onTestFinished(async () => void (await cleanUp({ onStep: () => {} })));
  onTestFinished(() => void child.kill("SIGKILL")); // before: what is under way is not cleaned up
  await once(child, "message");
  const running = (): readonly number[] => processesOf(["n1", "c1"].map((name) => `lj-${runId}-${name}`));
  await eventually(() => running().filter((pid) => programOf(pid) === last).length === 2);
  child.kill("SIGKILL");
  await once(child, "exit");
  const journal = listJournals().find(({ header }) => header.runId === runId);
  if (!journal) throw new Error("no journal");
  return { running, n1: () => findHost(journal, "n1") };
}

test.each([
  ["who knocks", "for (const from of [n1, c1]) knock(from, [c1, n1], 50_000)"],
  ["who asks", "ask(c1, n1)"],
])("%s at a host ends with lockjepsen", async (_, ours) => {
  const { running } = await killedBeside(ours, basename(process.execPath));
  await eventually(() => running().length === 0);
});

test("commands that outlive a killed lockjepsen are not taken for its server", async () => {
  const { running, n1 } = await killedBeside(
    `n1.exec(["sh", "-c", "setsid sleep 600 & sleep 600 & wait"])`,
    "sleep",
  );
  expect(running().length).toBeGreaterThan(0);
  expect(n1()?.pids()).toEqual([]);
});
