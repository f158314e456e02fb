/** Real answers of a real server, held or lost on their way, seen by a client that was connected before. */
import { once } from "node:events";
import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import type { Host, Node } from "../src/cluster/types.js";
import { scratch } from "./support/cli.js";
import { eventually, node, openCluster, type TestCluster } from "./support/cluster.js";
import { expectWithin } from "./support/experiment.js";
import { builtNemesis, injectOn } from "./support/faults.js";

const lateReply = await builtNemesis("late-reply");
const lostReply = await builtNemesis("lost-reply");

/** Notes what it is asked, and answers it. */
const SERVER = (address: string): readonly string[] =>
  node(`require("node:net").createServer((socket) => {
    socket.on("error", () => {}).on("data", (data) => { console.log(String(data)); socket.write(String(data)); });
  }).listen(80, "${address}", () => console.log("up"));`);

const state = scratch(afterAll);
let cluster: TestCluster;
let n1: Node;
let c1: Host;
let c2: Host;
beforeAll(async () => {
  vi.stubEnv("LOCKJEPSEN_STATE", state);
  cluster = await openCluster([{ name: "n1", command: ({ address }) => ({ argv: SERVER(address) }) }], 2);
  [n1] = cluster.servers as unknown as [Node];
  [c1, c2] = cluster.clients as unknown as [Host, Host];
  await n1.start();
  await eventually(async () => (await n1.logs()).includes("up"));
});
afterAll(async () => {
  await cluster.stop();
  vi.unstubAllEnvs();
});

interface Caller {
  /** What came of a request on the connection, and after how many ms. */
  ask(text: string): Promise<readonly [string, number]>;
}

/** A client that is connected. */
async function caller(host: Host): Promise<Caller> {
  const child: ChildProcess = host.spawn(
    node(`const socket = require("node:net").connect(80, "${n1.address}", () => process.send("up"));
      socket.on("data", (data) => process.send(String(data))).on("error", ({ code }) => process.send(code));
      process.on("message", (text) => socket.write(text));`),
    { stdio: ["ignore", "ignore", "pass-on", "ipc"] },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "message");
  return {
    async ask(text) {
      const from = performance.now();
      child.send(text);
      const [answer] = (await once(child, "message")) as [string];
      return [answer, performance.now() - from];
    },
  };
}

const served = async (text: string): Promise<boolean> => (await n1.logs()).split("\n").includes(text);

test("late: served at once, answered when it has been held for as long as was asked", async () => {
  const [held, free] = await Promise.all([caller(c1), caller(c2)]);
  expect((await held.ask("before"))[0]).toBe("before");
  const injected = await injectOn(cluster, lateReply, { shape: "client", parameters: { hold: "1200ms" } }, [
    c1,
  ]);
  expect(injected.evidence).toMatch(
    /^n1 -> c1: answers held for 1.2 s, by .*: n1 was reached and answered, and \d+ of its packets wait$/,
  );
  const answer = held.ask("late");
  await eventually(() => served("late"));
  const [text, ms] = await answer;
  expect(text).toBe("late");
  expect(ms).toBeGreaterThan(1_150);
  expect(ms).toBeLessThan(10_000);
  await expectWithin(500, async () => (await free.ask("other"))[1]);
  expect(await injected.heal()).toMatch(/^an answer took \d\.\d+ s; now round trip/);
  await expectWithin(500, async () => (await held.ask("after"))[1]);
});

test("late, healed meanwhile: what is held comes at once", async () => {
  const held = await caller(c1);
  const injected = await injectOn(cluster, lateReply, { shape: "server", parameters: { hold: "1m" } }, [n1]);
  const answer = held.ask("long");
  await eventually(() => served("long"));
  await injected.heal();
  expect((await answer)[1]).toBeLessThan(30_000);
});

test("lost: served, never answered, and the connection dies; the next one fares the same until it is healed", async () => {
  const [hit, free] = await Promise.all([caller(c1), caller(c2)]);
  expect((await hit.ask("first"))[0]).toBe("first");
  const injected = await injectOn(cluster, lostReply, { shape: "client" }, [c1]);
  expect(injected.evidence).toMatch(
    /^n1 -> c1: answers lost; a request of c1 was served by n1: ECONNRESET after \d+ ms$/,
  );
  expect((await hit.ask("lost"))[0]).toBe("ECONNRESET");
  expect(await served("lost")).toBe(true);
  expect((await free.ask("kept"))[0]).toBe("kept");
  const again = await caller(c1);
  expect((await again.ask("again"))[0]).toBe("ECONNRESET");
  expect(await served("again")).toBe(true);
  expect(await injected.heal()).toMatch(
    /^rules gone from c1; a request of c1 to n1: an answer after \d+ ms$/,
  );
  expect((await (await caller(c1)).ask("healed"))[0]).toBe("healed");
});

test("both are undone from what they noted", async () => {
  const notes: unknown[] = [];
  const find = (name: string): Host | undefined => [n1, c1, c2].find((host) => host.name === name);
  const late = await injectOn(
    cluster,
    lateReply,
    { shape: "client", parameters: { hold: "2s" } },
    [c1],
    notes,
  );
  const lost = await injectOn(cluster, lostReply, { shape: "client" }, [c2], notes);
  const [first, second] = JSON.parse(JSON.stringify(notes)) as unknown[];
  expect(await lateReply.undo(first, find)).toMatch(/n1 as before/);
  expect(await lostReply.undo(second, find)).toBe("rules gone from c2");
  for (const client of [c1, c2])
    expect((await (await caller(client)).ask(`of ${client.name}`))[0]).toMatch(/^of/);
  await Promise.all([late.heal(), lost.heal()]);
});
