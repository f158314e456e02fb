/** Faults of processes and clocks on real servers in network namespaces: seen from outside, and gone when healed. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { findFaketime, startedWith } from "../nemesis/clock/faketime.js";
import { nemeses } from "../nemesis/index.js";
import { taskStates } from "../nemesis/proc.js";
import { bareFault, orderFor } from "../nemesis/testing/order.js";
import type { Injected, Nemesis, Order } from "../nemesis/types.js";
import { listJournals } from "../src/cluster/journal.js";
import { findHost } from "../src/cluster/find-host.js";
import type { Host, Node, ServerSpec } from "../src/cluster/types.js";
import {
  controlGroups,
  hears,
  node,
  nothingStays,
  testCluster,
  type TestCluster,
} from "./support/cluster.js";

/** A server that says its wall clock and how often it was started with these data; a child of its says the clock too. */
const witness = (name: string, env: Record<string, string> = {}): ServerSpec => ({
  name,
  command: ({ address, dataDirectory }) => ({
    env,
    argv: node(`
      const fs = require("node:fs"), file = "${dataDirectory}/starts";
      const starts = (fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8")) : 0) + 1;
      fs.writeFileSync(file, String(starts));
      const say = "process.on('message', () => process.send(Date.now()))";
      const child = require("node:child_process").spawn(process.execPath, ["-e", say], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
      require("node:net").createServer((socket) => {
        child.once("message", (childs) => socket.end(JSON.stringify({ starts, wall: Date.now(), childs })));
        child.send("?");
      }).listen(80, "${address}");`),
  }),
});

interface Told {
  readonly starts: number;
  /** How far its clock and its child's are ahead, ms: at least, and at most. */
  readonly ahead: readonly (readonly [number, number])[];
}

/** What the server says to the client's host; null while it says nothing. */
async function told(cluster: TestCluster): Promise<Told | null> {
  const asked = Date.now();
  const answer = await hears(cluster.clients[0] as Host, cluster.servers[0]?.address ?? "");
  const heard = Date.now();
  try {
    const { starts, wall, childs } = JSON.parse(answer) as { starts: number; wall: number; childs: number };
    return { starts, ahead: [wall, childs].map((says) => [says - heard, says - asked] as const) };
  } catch {
    return null;
  }
}

async function running(env: Record<string, string> = {}): Promise<TestCluster & { readonly server: Node }> {
  const cluster = await testCluster([witness("n1", env)]);
  const server = cluster.servers[0] as Node;
  await server.start();
  await expect.poll(() => told(cluster)).not.toBeNull();
  return { ...cluster, server };
}

/** Puts a fault into effect on the server; its journal is in `notes`. */
async function inject(
  name: string,
  shape: string,
  { server, runId }: TestCluster & { readonly server: Node },
  more: { parameters?: Record<string, number | string>; order?: Partial<Order> } = {},
): Promise<{ injected: Injected; undo(): Promise<string> }> {
  const nemesis = nemeses[name] as Nemesis;
  const notes: unknown[] = [];
  const fault = { ...bareFault, nemesis: name, shape, parameters: more.parameters ?? {} };
  const service = { ...orderFor([]).service, clock: () => Promise.reject(new Error("it does not tell")) };
  const injected = await nemesis.inject(orderFor([server], { fault, service, ...more.order }, notes));
  const journal = listJournals().find(({ header }) => header.runId === runId);
  if (!journal) throw new Error("no journal");
  const undo = (): Promise<string> =>
    nemesis.undo(JSON.parse(JSON.stringify(notes.at(-1))), (host) => findHost(journal, host));
  return { injected, undo };
}

const near =
  (ms: number, tolerance = 1_000) =>
  ([least, most]: readonly [number, number]): boolean =>
    least - tolerance < ms && ms < most + tolerance;

describe("kill", () => {
  test("nothing is left of it; it comes back with its data", async () => {
    const cluster = await running();
    const { injected } = await inject("kill", "restart", cluster);
    expect(cluster.server.pids()).toEqual([]);
    expect(injected.evidence).toMatch(/^2 killed, none left after/);
    expect(await told(cluster)).toBeNull();
    expect(await injected.heal()).toBe("n1 started again");
    await expect.poll(() => told(cluster)).toMatchObject({ starts: 2 });
  });

  test("wipe: it comes back as on its first day", async () => {
    const cluster = await running();
    const { injected } = await inject("kill", "wipe", cluster);
    expect(await injected.heal()).toBe("n1 started again, without data");
    await expect.poll(() => told(cluster)).toMatchObject({ starts: 1 });
  });

  test("undone by another process, from the journal alone; once is enough", async () => {
    const cluster = await running();
    const { undo } = await inject("kill", "restart", cluster);
    expect(await undo()).toBe("n1 started again");
    await expect.poll(() => told(cluster)).toMatchObject({ starts: 2 });
    expect(await undo()).toBe("n1 started again");
    expect(await told(cluster)).toMatchObject({ starts: 2 });
  });

  test("of what does not run is none", async () => {
    const cluster = await running();
    await cluster.server.kill("SIGKILL");
    await expect(inject("kill", "restart", cluster)).rejects.toThrow("nothing runs on n1");
  });
});

describe.each(["stop", "freeze"])("pause:%s", (shape) => {
  test("it says nothing, until it is let go on", async () => {
    const cluster = await running();
    const { injected } = await inject("pause", shape, cluster);
    expect(await told(cluster)).toBeNull();
    if (shape === "stop")
      expect(
        cluster.server
          .pids()
          .flatMap(taskStates)
          .every((state) => state === "T"),
      ).toBe(true);
    else expect(injected.evidence).toMatch(/^2 processes frozen by the control group .*lockjepsen-/);
    await injected.heal();
    await expect.poll(() => told(cluster)).toMatchObject({ starts: 1 });
    await nothingStays(controlGroups);
  });

  test("undone by another process, twice", async () => {
    const cluster = await running();
    const { undo } = await inject("pause", shape, cluster);
    await undo();
    await undo();
    await expect.poll(() => told(cluster)).toMatchObject({ starts: 1 });
    await nothingStays(controlGroups);
  });
});

test("pause:slow: it answers, and takes ten times as long", async () => {
  const cluster = await running();
  const { injected } = await inject("pause", "slow", cluster, { parameters: { stopped: 300, running: 20 } });
  expect(injected.evidence).toMatch(/in state T, 300 ms of every 320 ms$/);
  await sleep(1_500);
  const said = await injected.heal();
  expect(Number(/stopped (\d+) times/.exec(said)?.[1])).toBeGreaterThanOrEqual(3);
  expect(Number(/(\d+) % of the time/.exec(said)?.[1])).toBeGreaterThan(75);
  expect(await told(cluster)).toMatchObject({ starts: 1 });
});

test("pause: ends before its time when the next holder has read", async () => {
  const cluster = await running();
  let read = (_client: string): void => {};
  const register = { nextRead: () => new Promise<string>((resolve) => (read = resolve)) };
  const holder = { client: "c1", lock: "lock-1", grant: "0.1", go() {} } as unknown as Order["holder"];
  const { injected } = await inject("pause", "stop", cluster, {
    parameters: { thaw: "next-read" },
    order: { register, holder },
  });
  let over = false;
  void injected.over?.then(() => (over = true));
  await sleep(50);
  expect(over).toBe(false);
  read("c2");
  await injected.over;
  expect(await injected.heal()).toMatch(/running again.*; c2 had just read$/);
});

describe("clock", () => {
  const terms = { offset: 36_000_000, rate: 1, period: 400, mechanism: "vdso" };

  test.each([36_000_000, -36_000_000])(
    "jump by %i ms: of the whole process tree, and right again",
    async (offset) => {
      const cluster = await running();
      const { injected } = await inject("clock", "jump", cluster, { parameters: { ...terms, offset } });
      expect(injected.evidence).toBe(
        `n1: in its processes 36000.0 s ${offset > 0 ? "ahead" : "behind"} (2 processes by vdso)`,
      );
      expect((await told(cluster))?.ahead.every(near(offset))).toBe(true);
      expect(await injected.heal()).toBe("n1: in its processes right");
      expect((await told(cluster))?.ahead.every(near(0))).toBe(true);
    },
  );

  test("what is started later has it too", async () => {
    const cluster = await running();
    const { injected } = await inject("clock", "jump", cluster, { parameters: terms });
    await cluster.server.kill("SIGKILL");
    await cluster.server.start();
    await expect.poll(async () => (await told(cluster))?.ahead.every(near(36_000_000))).toBe(true);
    await injected.heal();
    expect((await told(cluster))?.ahead.every(near(0))).toBe(true);
  });

  test("drift: it runs twice as fast", async () => {
    const cluster = await running();
    const { injected } = await inject("clock", "drift", cluster, { parameters: terms });
    await sleep(2_000);
    const [[least, most] = [0, 0]] = (await told(cluster))?.ahead ?? [];
    expect(most).toBeGreaterThan(1_900);
    expect(least).toBeLessThan(5_000);
    await injected.heal();
    expect((await told(cluster))?.ahead.every(near(0))).toBe(true);
  });

  test("strobe: off and right in turns", async () => {
    const cluster = await running();
    const { injected } = await inject("clock", "strobe", cluster, { parameters: terms });
    const seen = new Set<boolean>();
    await expect.poll(async () => seen.add(near(0)((await told(cluster))?.ahead[0] ?? [0, 0])).size).toBe(2);
    await injected.heal();
    expect((await told(cluster))?.ahead.every(near(0))).toBe(true);
  });

  test("undone by another process", async () => {
    const cluster = await running();
    const { injected, undo } = await inject("clock", "jump", cluster, { parameters: terms });
    // The first process is still at it here, and must not set it off again behind the other's back.
    void injected.heal();
    expect(await undo()).toBe("the clocks are right again");
    expect((await told(cluster))?.ahead.every(near(0))).toBe(true);
    expect(await undo()).toBe("the clocks are right again");
  });

  test("by libfaketime, preloaded at the start; by its own word only", async () => {
    const directory = mkdtempSync(join(tmpdir(), "lockjepsen-clock-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const library = await findFaketime();
    if (typeof library !== "string") throw new Error(library.reason);
    const cluster = await running({ ...startedWith(library, join(directory, "n1.clock")) });
    const parameters = { ...terms, mechanism: "libfaketime" };
    await expect(inject("clock", "jump", cluster, { parameters })).rejects.toThrow("does not tell its time");
    expect((await told(cluster))?.ahead.every(near(0))).toBe(true);

    const own = async (): Promise<number> =>
      Date.now() + ((await told(cluster))?.ahead[0]?.[0] ?? Number.NaN);
    const order = { service: { ...orderFor([]).service, clock: own } };
    const { injected, undo } = await inject("clock", "jump", cluster, { parameters, order });
    expect(injected.evidence).toMatch(
      /^n1: says itself that it is 3(5999|6000).\d s ahead \(2 processes by libfaketime\)$/,
    );
    expect((await told(cluster))?.ahead.every(near(36_000_000))).toBe(true);
    void injected.heal().catch(() => {});
    await undo();
    expect((await told(cluster))?.ahead.every(near(0))).toBe(true);
  });

  test("by libfaketime, where a server shows a title in place of its environment", async () => {
    const directory = mkdtempSync(join(tmpdir(), "lockjepsen-clock-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const library = await findFaketime();
    if (typeof library !== "string") throw new Error(library.reason);
    const env = startedWith(library, join(directory, "n1.clock"));
    const script = (address: string): string => `
      $0 = "x" x 10000;
      $s = IO::Socket::INET->new(LocalAddr => "${address}:80", Listen => 128, ReuseAddr => 1) or die $!;
      while ($c = $s->accept) { $t = time * 1000; print $c "{\\"starts\\":1,\\"wall\\":$t,\\"childs\\":$t}"; close $c }`;
    const cluster = await testCluster([
      {
        name: "n1",
        command: ({ address }) => ({ env, argv: ["perl", "-MIO::Socket::INET", "-e", script(address)] }),
      },
    ]);
    const server = cluster.servers[0] as Node;
    await server.start();
    await expect.poll(() => told(cluster)).not.toBeNull();
    expect(readFileSync(`/proc/${server.pids()[0]}/environ`, "utf8")).not.toContain("n1.clock");

    const clock = async (): Promise<number> => {
      const answer = await hears(cluster.clients[0] as Host, server.address);
      return (JSON.parse(answer) as { readonly wall: number }).wall; // whole seconds
    };
    const { injected, undo } = await inject(
      "clock",
      "jump",
      { ...cluster, server },
      {
        parameters: { ...terms, mechanism: "libfaketime" },
        order: { service: { ...orderFor([]).service, clock } },
      },
    );
    expect(injected.evidence).toMatch(/ 36000\.0 s ahead \(to the second\) \(1 process by libfaketime\)$/);
    void injected.heal().catch(() => {});
    await undo();
    expect((await told(cluster))?.ahead.every(near(0, 2_000))).toBe(true);
  });

  test("libfaketime leaves no shared memory, of servers and clients that are killed or go on", async () => {
    const shared = (): readonly string[] =>
      readdirSync("/dev/shm").filter((name) => name.includes("faketime"));
    const directory = mkdtempSync(join(tmpdir(), "lockjepsen-clock-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const library = await findFaketime();
    if (typeof library !== "string") throw new Error(library.reason);
    const cluster = await running(startedWith(library, join(directory, "n1.clock")));
    const client = cluster.clients[0]?.spawn(node("process.send(process.env.LD_PRELOAD)"), {
      stdio: ["ignore", "ignore", "pass-on", "ipc"],
      env: startedWith(library, join(directory, "c1.clock")),
    });
    expect(await once(client as ChildProcess, "message")).toEqual([
      expect.stringContaining(library),
      undefined,
    ]);
    await nothingStays(shared);
    const { injected } = await inject("kill", "restart", cluster);
    await injected.heal();
    await expect.poll(() => told(cluster)).toMatchObject({ starts: 2 });
    expect(await cluster.stop()).toEqual([]);
    await nothingStays(shared);
  });

  test("is not in effect where a server says otherwise", async () => {
    const cluster = await running();
    const service = { ...orderFor([]).service, clock: () => Promise.resolve(Date.now()) };
    await expect(inject("clock", "jump", cluster, { parameters: terms, order: { service } })).rejects.toThrow(
      /n1 says that its clock is .*, and not 36000.0 s ahead/,
    );
    expect((await told(cluster))?.ahead.every(near(0))).toBe(true);
  });
});
