/** The recipes of the file backend, by processes in network namespaces that share a real directory. */
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import file from "../src/backends/file.js";
import { granted } from "./support/experiment.js";
import { startLocks, type Driver, type Locks, type RemoteClient } from "./support/locks.js";

const ALL = Object.keys(file.recipes);
const TTL_MS = 800;

let locks: Locks;
let here: Driver;
let victims: Driver[];
let lock: string;
let count = 0;

beforeAll(async () => {
  locks = await startLocks(file, { drivers: 1 + ALL.length });
  [here, ...victims] = locks.drivers as [Driver, ...Driver[]];
});
afterAll(() => locks.stop());
beforeEach(() => {
  lock = `test/${(count += 1)} ö`;
});

const connect = async (recipe: string): Promise<[RemoteClient, RemoteClient]> => [
  await here.connect(recipe),
  await here.connect(recipe),
];

test("there is no server, and a lock is one file, whose owner it names", async () => {
  expect(locks.cluster.servers).toEqual([]);
  const [a] = await connect("excl");
  const grant = await granted(a.acquire("one"));
  const directory = locks.cluster.sharedDirectory ?? "";
  expect(readdirSync(directory)).toEqual(["one.lock"]);
  expect(`${readFileSync(`${directory}/one.lock`, "utf8")} one`).toBe(grant.session);
  expect(await grant.release()).toBe("released");
  expect(readdirSync(directory)).toEqual([]);
});

describe.each(ALL)("%s", (recipe) => {
  test("eight clients contend for two seconds: no two hold at once", async () => {
    const until = performance.now() + 2_000;
    let holders = 0;
    let holds = 0;
    const contend = async (client: RemoteClient): Promise<void> => {
      while (performance.now() < until || holds <= 50) {
        const grant = await client.acquire(lock, { waitMs: 1_000, ttlMs: 60_000 });
        if (!grant) continue;
        expect((holders += 1)).toBe(1);
        await sleep(Math.random() * 10);
        holders -= 1;
        holds += 1;
        expect(await grant.release()).toBe("released");
      }
    };
    const clients = await Promise.all(Array.from({ length: 8 }, () => here.connect(recipe)));
    await Promise.all(clients.map(contend));
    expect(holds).toBeGreaterThan(50);
  });

  test("a held lock is refused; a release lets a waiter in, and frees no other's", async () => {
    const [a, b] = await connect(recipe);
    const holder = await granted(a.acquire(lock, { ttlMs: 60_000 }));
    expect(await b.acquire(lock, { ttlMs: 60_000 })).toBeNull();
    const waiting = granted(b.acquire(lock, { ttlMs: 60_000, waitMs: 5_000 }));
    expect(await holder.release()).toBe("released");
    const next = await waiting;
    expect(await holder.release()).toBe("not-held");
    expect(await next.release()).toBe("released");
  });

  test("a holder that was killed: free again within the bound, or never", async () => {
    const dying = victims.pop() as Driver;
    await granted((await dying.connect(recipe)).acquire(lock, { ttlMs: TTL_MS }));
    dying.child.kill("SIGKILL");
    await once(dying.child, "exit");
    const [next] = await connect(recipe);
    const bound = file.recipes[recipe]?.freedWithin(TTL_MS) ?? null;
    const grant = await next.acquire(lock, { ttlMs: TTL_MS, waitMs: bound ?? 3 * TTL_MS });
    expect(grant === null).toBe(bound === null);
  });

  test("a file that is removed by hand is held no more", async () => {
    const [a, b] = await connect(recipe);
    const grant = await granted(a.acquire(lock, { ttlMs: 60_000 }));
    expect(await here.endSession(grant.session ?? "")).toMatch(/ removed by hand$/);
    await expect(here.endSession(grant.session ?? "")).rejects.toThrow(" is not of ");
    await granted(b.acquire(lock, { ttlMs: 60_000 }));
    expect(await grant.release()).toBe("not-held");
  });
});

test("excl-stale: a holder hears that its time is over, and whoever broke its lock keeps it", async () => {
  const [a, b] = await connect("excl-stale");
  const grant = await granted(a.acquire(lock, { ttlMs: TTL_MS }));
  expect(await grant.lost).toMatch(/^its lease of .* is over$/);
  const next = await granted(b.acquire(lock, { ttlMs: TTL_MS, waitMs: 2_000 }));
  expect(next.okMs).toBeGreaterThan(grant.validUntilMs ?? Infinity);
  expect(await grant.release()).toBe("not-held");
  expect(await next.release()).toBe("released");
});
