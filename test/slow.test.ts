/** Real delays, losses and rates on real links, measured by programs that know nothing of them. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Injected, PlannedFault } from "../nemesis/types.js";
import type { Host } from "../src/cluster/types.js";
import { scratch } from "./support/cli.js";
import { beset, builtNemesis, injectOn } from "./support/faults.js";
import { expectWithin } from "./support/experiment.js";
import { eventually, greeter, hears, node, openCluster, type TestCluster } from "./support/cluster.js";

const slow = await builtNemesis("slow");
const state = scratch(afterAll);
let cluster: TestCluster;
let n1: Host;
let n2: Host;
let c1: Host;
let c2: Host;
beforeAll(async () => {
  vi.stubEnv("LOCKJEPSEN_STATE", state);
  cluster = await openCluster([greeter("n1", "one"), greeter("n2", "two")], 2);
  await Promise.all(cluster.servers.map((server) => server.start()));
  [n1, n2] = cluster.servers as unknown as [Host, Host];
  [c1, c2] = cluster.clients as unknown as [Host, Host];
  await eventually(
    async () => (await hears(c1, n1.address)) === "one" && (await hears(c1, n2.address)) === "two",
  );
});
afterAll(async () => {
  await clean();
  await cluster.stop();
  vi.unstubAllEnvs();
});
/** Every test finds the network as if there had been none before: no device of ours, no process of ours. */
beforeEach(clean);
async function clean(): Promise<void> {
  for (const host of [n1, n2, c1, c2, cluster.register]) {
    const { stdout } = await host.exec(["sh", "-c", "ip -br link; ip route; tc qdisc"]);
    expect(stdout).not.toMatch(/lj-|netem|htb/);
  }
  await eventually(() => switches().length === 0);
}

/** Processes of ours between taps. */
function switches(): readonly string[] {
  const children = execFileSync("ps", ["--ppid", String(process.pid), "-o", "pid=,args="], {
    encoding: "utf8",
  });
  return children.split("\n").filter((line) => line.includes("switch-process"));
}

const inject = (
  fault: Partial<PlannedFault>,
  hosts: readonly Host[],
  notes: unknown[] = [],
): Promise<Injected> => injectOn(cluster, slow, fault, hosts, notes);

/** From connecting to the first word of a greeter, ms: two round trips. */
async function greeting(from: Host, to: Host): Promise<number> {
  const script = `
    const from = performance.now();
    const socket = require("node:net").connect(80, "${to.address}");
    socket.on("data", () => { console.log(performance.now() - from); socket.destroy(); });`;
  const { stdout } = await from.exec(node(script), { timeoutMs: 20_000 });
  return Number(stdout);
}

test("a slow server: late for every client, both ways; nobody else is", async () => {
  await expectWithin(150, () => greeting(c1, n1));
  const injected = await inject({ shape: "client-server", parameters: { delay: "200ms", jitter: "0" } }, [
    n1,
  ]);
  expect(injected.evidence).toMatch(
    /^delay 200 ms, by .*: round trip c1 n1 [4-7]\d\d ms \(.*, c2 n1 [4-7]\d\d ms \(/,
  );
  for (const client of [c1, c2]) {
    expect(await greeting(client, n1)).toBeGreaterThan(780);
    await expectWithin(150, () => greeting(client, n2));
  }
  await expectWithin(150, () => greeting(n2, n1));
  expect(await injected.heal()).toMatch(/^round trip /);
  await expectWithin(150, () => greeting(c1, n1));
});

test("one way only, between servers, and from a client to the register", async () => {
  const servers = await inject(
    { shape: "server-server", parameters: { delay: "150ms", jitter: "10ms", way: "to" } },
    [n1],
  );
  expect(await greeting(n2, n1)).toBeGreaterThan(270);
  await expectWithin(500, () => greeting(n2, n1));
  await expectWithin(150, () => greeting(c1, n1));
  const register = await inject(
    { id: "f2", shape: "client-register", parameters: { delay: "100ms", jitter: "0" } },
    [c1],
  );
  expect(register.evidence).toMatch(/round trip register c1 [23]\d\d ms/);
  await expectWithin(150, () => greeting(c1, n1));
  await servers.heal();
  await register.heal();
});

test("two on one way add up, and each heals without the other", async () => {
  const first = await inject(
    { id: "f1", shape: "client-server", parameters: { delay: "100ms", jitter: "0" } },
    [c1],
  );
  const second = await inject(
    { id: "f2", shape: "client-server", parameters: { delay: "150ms", jitter: "0" } },
    [n1],
  );
  expect(await greeting(c1, n1)).toBeGreaterThan(970);
  expect(await greeting(c1, n2)).toBeGreaterThan(380);
  await first.heal();
  await expectWithin(150, () => greeting(c1, n2));
  expect(await greeting(c1, n1)).toBeGreaterThan(580);
  await expectWithin(900, () => greeting(c1, n1));
  await second.heal();
});

test("lost, doubled and slow by rate: as many as were asked for, and what is sent arrives all the same", async () => {
  const download = `
    const chunks = []; const from = performance.now();
    require("node:net").connect(81, "${n2.address}").on("data", (data) => chunks.push(data))
      .on("end", () => console.log(Buffer.concat(chunks).length, performance.now() - from));`;
  const source = n2.spawn(
    node(
      `require("node:net").createServer((s) => s.end(Buffer.alloc(200_000))).listen(81, "${n2.address}", () => process.send("up"))`,
    ),
    { stdio: ["ignore", "ignore", "pass-on", "ipc"] },
  );
  await new Promise((resolve) => source.once("message", resolve));
  const take = async (): Promise<readonly [number, number]> => {
    const [bytes = 0, ms = 0] = (await c1.exec(node(download), { timeoutMs: 30_000 })).stdout
      .split(" ")
      .map(Number);
    return [bytes, ms];
  };
  await expectWithin(500, async () => (await take())[1]);
  const limited = await inject(
    { shape: "client-server", parameters: { delay: "0", rate: "1mbit", way: "to" } },
    [c1],
  );
  const [bytes, ms] = await take();
  expect(bytes).toBe(200_000);
  expect(ms).toBeGreaterThan(1_400); // 1.6 Mbit
  await limited.heal();

  const lossy = await inject(
    {
      shape: "client-server",
      parameters: { delay: "0", loss: "10%", duplicate: "30%", reorder: "10%", way: "to" },
    },
    [c1],
  );
  expect(lossy.evidence).toMatch(/loss 10 %, duplicates 30 %, reordered 10 %, by .* \d+ of \d+ packets lost/);
  expect((await take())[0]).toBe(200_000);
  await lossy.heal();
  source.kill("SIGKILL");
});

test("is undone from what it noted when the one that did it is no more", async () => {
  const notes: unknown[] = [];
  const injected = await inject({ shape: "client-server", parameters: { delay: "100ms" } }, [n1], notes);
  const [note] = JSON.parse(JSON.stringify(notes)) as unknown[];
  const hosts = [n1, n2, c1, c2];
  const find = (name: string): Host | undefined => hosts.find((host) => host.name === name);
  expect(await slow.undo(note, find)).toMatch(/as before$/);
  await expectWithin(150, () => greeting(c1, n1));
  expect(await slow.undo(note, find)).toMatch(/as before$/);
  expect(await slow.undo(note, () => undefined)).toBe("no host is left");
  await injected.heal();
});

test("a switch that is killed takes its host's frames with it, until the fault is healed", async () => {
  const injected = await inject({ shape: "client-server", parameters: { delay: "100ms", way: "to" } }, [n1]);
  const [own] = switches();
  if (own === undefined) return; // netem: there is none
  process.kill(Number(own.trim().split(" ")[0]), "SIGKILL");
  await eventually(() => switches().length === 0);
  expect(await hears(c1, n1.address)).toBe("silence");
  await injected.heal();
  await expectWithin(150, () => greeting(c1, n1));
});

test.each([
  ["kill", "restart"],
  ["pause", "stop"],
  ["pause", "freeze"],
] as const)(
  "comes and goes while a server and a client are hit by %s:%s over and over",
  async (name, shape) => {
    const other = await builtNemesis(name);
    const fault = { shape: "client-server", parameters: { delay: "100ms", jitter: "0" } };
    const injected = await beset([n1, c1], other, shape, inject(fault, [n1]));
    expect(await greeting(c2, n1)).toBeGreaterThan(380);
    expect(await beset([n1, c1], other, shape, injected.heal())).toMatch(/^round trip /);
    await expectWithin(150, () => greeting(c2, n1));
  },
);

test("nothing to change, and nobody to be slow with, are told", async () => {
  await expect(inject({ shape: "client-server", parameters: { delay: "0" } }, [n1])).rejects.toThrow(
    "nothing would be changed",
  );
});
