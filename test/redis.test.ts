/** The recipes of the redis backend on a real Redis server, in network namespaces. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import redis from "../src/backends/redis.js";
import valkey from "../src/backends/valkey.js";
import { taskStates } from "../nemesis/proc.js";
import { expectWithin, freeze, granted, nowMs } from "./support/experiment.js";
import { startLocks, type Driver, type Locks, type RemoteClient } from "./support/locks.js";

const ALL = Object.keys(redis.recipes);
/** Those that end by themselves. setnx-expire counts in seconds. */
const LEASES = ALL.filter((name) => redis.recipes[name]?.promises.lease === "ttl");
const FIXED = LEASES.filter((name) => redis.recipes[name]?.promises.renewals === "none");
const SHORT_MS = 1_000;

let locks: Locks;
/** Most tests' clients are here; the others' processes are there to be stopped and killed. */
let here: Driver;
let victims: Driver[];
let lock: string;
let count = 0;

beforeAll(async () => {
  locks = await startLocks(redis, { drivers: 1 + ALL.length + 3 });
  [here, ...victims] = locks.drivers as [Driver, ...Driver[]];
});
afterAll(() => locks.stop());
beforeEach(() => {
  lock = `test-${(count += 1)}`;
});

const victim = (): Driver => victims.pop() as Driver;

const connect = async (recipe: string, clients: number): Promise<RemoteClient[]> =>
  await Promise.all(Array.from({ length: clients }, () => here.connect(recipe)));

test("ten clients of each recipe contend for five seconds: no two hold at once", async () => {
  const until = nowMs() + 5_000;
  await Promise.all(
    ALL.map(async (recipe) => {
      const holds: { from: number; to: number }[] = [];
      const releases: string[] = [];
      const contend = async (client: RemoteClient): Promise<void> => {
        while (nowMs() < until || holds.length <= 100) {
          const grant = await client.acquire(`${lock}-${recipe}`, { waitMs: 1_000 });
          if (!grant) continue;
          await sleep(Math.random() * 10);
          holds.push({ from: grant.okMs, to: nowMs() });
          releases.push(await grant.release());
          await sleep(5); // who asks again at once is faster than all who poll
        }
      };
      await Promise.all((await connect(recipe, 10)).map(contend));
      holds.sort((a, b) => a.from - b.from);
      expect(holds.length).toBeGreaterThan(100);
      for (const [index, { from }] of holds.entries())
        expect(from).toBeGreaterThanOrEqual(holds[index - 1]?.to ?? 0);
      expect(new Set(releases)).toEqual(new Set(["released"]));
    }),
  );
});

describe.each(ALL)("%s", (recipe) => {
  test("a held lock is refused, and a release lets a waiter in within 100 ms", async () => {
    const [a, b, c] = (await connect(recipe, 3)) as [RemoteClient, RemoteClient, RemoteClient];
    const holder = await granted(a.acquire(lock));
    expect(await b.acquire(lock)).toBeNull();
    let [last, waiter] = [holder, c];
    await expectWithin(100, async () => {
      const waiting = granted(waiter.acquire(lock, { waitMs: 5_000 }));
      await sleep(200);
      const released = nowMs();
      expect(await last.release()).toBe("released");
      [last, waiter] = [await waiting, waiter === c ? a : c];
      return last.okMs - released;
    });
    expect(await last.release()).toBe("released");
    expect(await last.release()).toBe("not-held");
  });

  test("waits no longer than it shall", async () => {
    const [a, b] = (await connect(recipe, 2)) as [RemoteClient, RemoteClient];
    const holder = await granted(a.acquire(lock, { ttlMs: 10_000 }));
    await expectWithin(500, async () => {
      const since = nowMs();
      expect(await b.acquire(lock, { waitMs: 300 })).toBeNull();
      expect(nowMs() - since).toBeGreaterThanOrEqual(290);
      return nowMs() - since;
    });
    await holder.release();
  });

  test("says until when it holds: a time to live after it asked, or for ever", async () => {
    const [client] = (await connect(recipe, 1)) as [RemoteClient];
    const asked = nowMs();
    const { validUntilMs, okMs } = await granted(client.acquire(lock));
    if (!LEASES.includes(recipe)) return expect(validUntilMs).toBeNull();
    expect(validUntilMs).toBeGreaterThan(asked + 2_000);
    expect(validUntilMs).toBeLessThanOrEqual(okMs + 2_000);
  });

  test("a holder that was killed: free again within the bound, or never", async () => {
    const ttlMs = SHORT_MS;
    const dying = victim();
    await granted((await dying.connect(recipe)).acquire(lock, { ttlMs }));
    dying.child.kill("SIGKILL");
    await once(dying.child, "exit");
    const died = nowMs();
    const bound = redis.recipes[recipe]?.freedWithin(ttlMs) ?? null;
    const [next] = (await connect(recipe, 1)) as [RemoteClient];
    const grant = await next.acquire(lock, { ttlMs, waitMs: bound ?? 4 * ttlMs });
    if (bound === null) return expect(grant).toBeNull();
    expect(grant?.okMs).toBeLessThan(died + bound);
  });
});

describe.each(FIXED)("%s, whose holder outlives it", (recipe) => {
  test("is lost when its time is over, and another's when it is released", async () => {
    const [a, b, c] = (await connect(recipe, 3)) as [RemoteClient, RemoteClient, RemoteClient];
    const first = await granted(a.acquire(lock, { ttlMs: SHORT_MS }));
    expect(await first.lost).toBe("its lease of 1s is over");
    expect(nowMs()).toBeGreaterThanOrEqual(first.validUntilMs ?? Infinity);
    const second = await granted(b.acquire(lock, { waitMs: 500 }));
    const foreign = recipe === "unsafe-del";
    expect(await first.release()).toBe(foreign ? "released" : "not-held");
    // Who deletes whatever is there has freed the other's lock.
    expect((await c.acquire(lock)) !== null).toBe(foreign);
    if (!foreign) expect(await second.release()).toBe("released");
    else return;
    await granted(a.acquire(lock)); // the one that had lost it can have it again
  });
});

test("the key that holds a lock can be deleted by hand, once; and the server tells its clock", async () => {
  const [client] = (await connect("set-nx-px", 1)) as [RemoteClient];
  const grant = await granted(client.acquire(lock, { ttlMs: 60_000 }));
  expect(await here.endSession(grant.session ?? "")).toMatch(/ deleted by hand, says .*:6379$/);
  await expect(here.endSession(grant.session ?? "")).rejects.toThrow(/^\S+ has no /);
  expect(await grant.release()).toBe("not-held");
  const [server] = locks.cluster.servers;
  expect(Math.abs((await here.clock(`${server?.address}:6379`)) - Date.now())).toBeLessThan(10_000);
});

test.each([
  { backend: redis, version: "6.0" },
  { backend: redis, version: "8.0" },
  { backend: valkey, version: "8.1" },
])("$backend.name $version: taken, refused, released", async ({ backend, version }) => {
  const own = await startLocks(backend, { drivers: 1, version });
  onTestFinished(() => own.stop());
  const [driver] = own.drivers as [Driver];
  const [a, b] = [await driver.connect("fenced"), await driver.connect("renewing")];
  const grant = await granted(a.acquire(lock));
  expect(await b.acquire(lock)).toBeNull();
  expect(await grant.release()).toBe("released");
  expect(await (await granted(b.acquire(lock))).release()).toBe("released");
});

test("fenced: a thousand tokens, each above all before", async () => {
  const tokens: bigint[] = [];
  const work = async (client: RemoteClient): Promise<void> => {
    while (tokens.length < 1_000) {
      const grant = await client.acquire(lock, { waitMs: 5_000 });
      if (!grant) continue;
      tokens.push(BigInt(grant.token ?? -1));
      await grant.release();
    }
  };
  await Promise.all((await connect("fenced", 4)).map(work));
  expect(tokens.length).toBeGreaterThanOrEqual(1_000);
  for (const [index, token] of tokens.entries()) expect(token).toBe(BigInt(index + 1));
});

describe("renewing", () => {
  test("is held for longer than its time to live, and tells each renewal", async () => {
    const [a, b] = (await connect("renewing", 2)) as [RemoteClient, RemoteClient];
    const grant = await granted(a.acquire(lock, { ttlMs: SHORT_MS }));
    expect(await b.acquire(lock, { ttlMs: SHORT_MS, waitMs: 2.5 * SHORT_MS })).toBeNull();
    expect(grant.renewals.length).toBeGreaterThanOrEqual(5);
    for (const { sentMs, validUntilMs } of grant.renewals)
      expect(validUntilMs - sentMs).toBeCloseTo(SHORT_MS, 3);
    expect(await grant.release()).toBe("released");
    const renewals = grant.renewals.length;
    await sleep(400);
    expect(grant.renewals).toHaveLength(renewals);
  });

  test("knows at its next renewal that somebody deleted it", async () => {
    const [client] = (await connect("renewing", 1)) as [RemoteClient];
    const [rude] = (await connect("unsafe-del", 1)) as [RemoteClient];
    const over = await granted(rude.acquire(lock, { ttlMs: 100 }));
    const grant = await granted(client.acquire(lock, { ttlMs: 3 * SHORT_MS, waitMs: 500 }));
    expect(await over.release()).toBe("released");
    expect(await grant.lost).toBe("Redis says that the lock is no longer its own");
    expect(nowMs()).toBeLessThan(grant.okMs + 3 * SHORT_MS);
    expect(await grant.release()).toBe("not-held");
  });
});

test("setnx-expire: who dies between the two commands leaves a lock for ever", async () => {
  const dying = victim();
  // Asks for the time before each of the two.
  const client = await dying.connect("setnx-expire", { stopsAtNow: 2 });
  const outcome = client.acquire(lock);
  const died = expect(outcome).rejects.toThrow("the driver ended");
  await expect.poll(() => taskStates(dying.child.pid ?? 0)).toContain("T");
  dying.child.kill("SIGKILL");
  await died;
  const [next] = (await connect("setnx-expire", 1)) as [RemoteClient];
  expect(
    await next.acquire(lock, { waitMs: 2 * (redis.recipes["setnx-expire"]?.freedWithin(2_000) ?? 0) }),
  ).toBe(null);
});

test("a grant that is read after its lease is none", async () => {
  const slow = victim();
  // The second time is that of the answer.
  const client = await slow.connect("set-nx-px", { stopsAtNow: 2 });
  const told = expect(client.acquire(lock, { ttlMs: 300 })).rejects.toMatchObject({
    definite: true,
    message: "its lease was over before it was answered",
  });
  await expect.poll(() => taskStates(slow.child.pid ?? 0)).toContain("T");
  await sleep(400);
  slow.child.kill("SIGCONT");
  await told;
});

describe("a server that does not answer", () => {
  test("in time: the outcome is open, and what was sent comes to nothing", async () => {
    const [a, b] = (await connect("set-nx-px", 2)) as [RemoteClient, RemoteClient];
    const thaw = await freeze({ cluster: locks.cluster }, 0);
    await expect(a.acquire(lock, { ttlMs: 60_000 })).rejects.toMatchObject({ definite: false });
    await thaw();
    await granted(b.acquire(lock, { waitMs: 1_000 }));
  });

  test("at first: what was sent is taken back, and that is certain", async () => {
    const [a, b] = (await connect("set-nx-px", 2)) as [RemoteClient, RemoteClient];
    const thaw = await freeze({ cluster: locks.cluster }, 0);
    const told = expect(a.acquire(lock, { ttlMs: 60_000 })).rejects.toMatchObject({
      definite: true,
      message: "Command timed out",
    });
    await sleep(6_000); // given up after 5 s
    await thaw();
    await told;
    await granted(b.acquire(lock));
  });

  test("and then dies: open; one that is not there: certainly not, until it is there again", async () => {
    const [node] = locks.cluster.servers;
    const [a] = (await connect("set-nx-px", 1)) as [RemoteClient];
    await freeze({ cluster: locks.cluster }, 0);
    const told = expect(a.acquire(lock)).rejects.toMatchObject({ definite: false });
    await sleep(200);
    await node?.kill("SIGKILL");
    await told;
    await expect(a.acquire(lock)).rejects.toMatchObject({
      definite: true,
      message: expect.stringMatching(/^cannot reach redis at .*:6379: /),
    });
    await node?.start();
    await locks.ready();
    expect(await (await granted(a.acquire(lock))).release()).toBe("released");
  });
});
