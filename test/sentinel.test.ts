/** The recipes of the redis-sentinel backend on real servers: locks, promotions, and what a promotion loses. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import sentinel from "../src/backends/redis-sentinel.js";
import type { Node } from "../src/cluster/types.js";
import { granted, nowMs } from "./support/experiment.js";
import { startLocks, type Driver, type Locks, type RemoteClient } from "./support/locks.js";

const ALL = Object.keys(sentinel.recipes);

let locks: Locks;
let here: Driver;
let lock: string;
let count = 0;

beforeAll(async () => {
  locks = await startLocks(sentinel, { drivers: 1 });
  [here] = locks.drivers as [Driver];
});
afterAll(() => locks.stop());
beforeEach(() => {
  lock = `test-${(count += 1)}`;
});

/** The server that leads, by the sentinels. */
async function primary({ cluster, drivers }: Locks): Promise<Node> {
  const leader = await drivers[0]?.leader();
  const node = cluster.servers.find(({ address }) => leader === `${address}:6379`);
  expect(node, `the sentinels name ${leader}`).toBeDefined();
  return node as Node;
}

/** Resolves when another than `old` leads. */
async function promoted(which: Locks, old: Node): Promise<void> {
  await expect
    .poll(() => which.drivers[0]?.leader(), { timeout: 20_000, interval: 100 })
    .not.toBe(`${old.address}:6379`);
}

test("what is what", () => {
  const parts = locks.cluster.servers.map((_, index) => sentinel.part?.(index, "set-nx-px"));
  expect(parts).toEqual(["primary", "replica", "replica", "sentinel", "sentinel", "sentinel"]);
});

describe.each(ALL)("%s", (recipe) => {
  test("ten clients contend for three seconds: no two hold at once", async () => {
    const until = nowMs() + 3_000;
    const holds: { from: number; to: number }[] = [];
    const contend = async (client: RemoteClient): Promise<void> => {
      while (nowMs() < until || holds.length <= 50) {
        const grant = await client.acquire(lock, { waitMs: 1_000 });
        if (!grant) continue;
        await sleep(Math.random() * 10);
        holds.push({ from: grant.okMs, to: nowMs() });
        expect(await grant.release()).toBe("released");
        await sleep(5);
      }
    };
    await Promise.all(
      (await Promise.all(Array.from({ length: 10 }, () => here.connect(recipe)))).map(contend),
    );
    holds.sort((a, b) => a.from - b.from);
    expect(holds.length).toBeGreaterThan(50);
    for (const [index, { from }] of holds.entries())
      expect(from).toBeGreaterThanOrEqual(holds[index - 1]?.to ?? 0);
  });

  test("survives a failover that was asked for; its holder finds the new primary", async () => {
    const [a, b] = [await here.connect(recipe), await here.connect(recipe)];
    const old = await primary(locks);
    const grant = await granted(a.acquire(lock, { ttlMs: 60_000 }));
    expect(await here.failover()).toMatch(/ is primary instead of /);
    expect(await primary(locks)).not.toBe(old);
    expect(await b.acquire(lock)).toBeNull();
    expect(await grant.release()).toBe("released");
    await locks.ready();
  });
});

test("a primary that dies is replaced by itself, and what it had replicated is still held", async () => {
  const [a, b] = [await here.connect("wait"), await here.connect("wait")];
  const grant = await granted(a.acquire(lock, { ttlMs: 60_000 }));
  const old = await primary(locks);
  await old.kill("SIGKILL");
  await expect(b.acquire(`${lock}-other`)).rejects.toThrow(/no primary was found|Connection is closed/);
  await promoted(locks, old);
  expect(await b.acquire(lock)).toBeNull();
  expect(await here.endSession(grant.session ?? "")).toContain("deleted by hand");
  expect(await grant.release()).toBe("not-held");
  await old.start();
  await locks.ready();
  expect(await primary(locks)).not.toBe(old);
});

describe("a lock that was granted while replication was cut", () => {
  test("set-nx-px: is lost in the promotion, and a second holds; wait: was never granted", async () => {
    const [a, b, careful] = await Promise.all(
      ["set-nx-px", "set-nx-px", "wait"].map((recipe) => here.connect(recipe)),
    );
    const old = await primary(locks);
    const replicas = locks.cluster.servers.slice(0, 3).filter((node) => node !== old);
    const iptables = async (...args: readonly string[]): Promise<void> => {
      for (const node of replicas) expect(await node.exec(["iptables", ...args])).toMatchObject({ code: 0 });
    };
    onTestFinished(() => iptables("-F"));
    await iptables("-A", "INPUT", "-s", old.address, "-j", "DROP");
    await expect(careful?.acquire(`${lock}-wait`, { ttlMs: 60_000 })).rejects.toMatchObject({
      definite: true,
      message: "no replica had it within 1000 ms",
    });
    const first = await granted(a?.acquire(lock, { ttlMs: 60_000 }) ?? Promise.resolve(null));
    await old.kill("SIGKILL");
    // Healed before, the dead server's kernel would send the replicas what was still to be sent.
    await promoted(locks, old);
    await iptables("-F");
    const second = await granted(b?.acquire(lock) ?? Promise.resolve(null));
    expect(second.okMs).toBeLessThan(first.validUntilMs ?? 0);
  });
});
