/** The recipes of the zookeeper backend on real ZooKeeper servers, in network namespaces. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import zookeeper from "../src/backends/zookeeper.js";
import { cli } from "./support/cli.js";
import { expectWithin, freeze, granted, nowMs } from "./support/experiment.js";
import { startLocks, type Driver, type Locks, type RemoteClient, type RemoteGrant } from "./support/locks.js";

const ALL = Object.keys(zookeeper.recipes);
const TTL_MS = 3_000;
/** What is left of it when a server may be cut off for five ticks of 300 ms. */
const PROMISED_MS = 1_500;

let locks: Locks;
/** Most tests' clients are here; the others' processes are there to be stopped and killed. */
let here: Driver;
let victims: Driver[];
let lock: string;
let count = 0;

beforeAll(async () => {
  locks = await startLocks(zookeeper, { drivers: 1 + ALL.length + 4, settings: { tickTime: "300" } });
  [here, ...victims] = locks.drivers as [Driver, ...Driver[]];
});
afterAll(() => locks.stop());
beforeEach(() => {
  lock = `test-${(count += 1)}`;
});

const victim = (): Driver => victims.pop() as Driver;
/** A driver numbers its clients from 1: the first begins with the second server. */
const SECOND = 1;

const connect = async (recipe: string, clients: number): Promise<RemoteClient[]> =>
  await Promise.all(Array.from({ length: clients }, () => here.connect(recipe)));

const take = (client: RemoteClient, waitMs = 0): Promise<RemoteGrant | null> =>
  client.acquire(lock, { ttlMs: TTL_MS, waitMs });

test("five clients of each recipe contend: no two hold at once, and tokens rise", async () => {
  const until = nowMs() + 3_000;
  await Promise.all(
    ALL.map(async (recipe) => {
      const holds: { from: number; to: number; token: bigint }[] = [];
      const contend = async (client: RemoteClient): Promise<void> => {
        while (nowMs() < until || holds.length <= 10) {
          const grant = await granted(client.acquire(`${lock}-${recipe}`, { ttlMs: TTL_MS, waitMs: 10_000 }));
          await sleep(Math.random() * 5);
          holds.push({ from: grant.okMs, to: nowMs(), token: BigInt(grant.token ?? -1) });
          expect(await grant.release()).toBe("released");
        }
      };
      await Promise.all((await connect(recipe, 5)).map(contend));
      holds.sort((a, b) => a.from - b.from);
      expect(holds.length).toBeGreaterThan(10);
      for (const [index, { from, token }] of holds.entries()) {
        expect(from).toBeGreaterThanOrEqual(holds[index - 1]?.to ?? 0);
        expect(token).toBeGreaterThan(holds[index - 1]?.token ?? -1n);
      }
    }),
  );
});

test("a killed holder's lock is free again when its session is over, within the bound", async () => {
  await Promise.all(
    ALL.map(async (recipe) => {
      const dying = victim();
      const name = `${lock}-${recipe}`;
      const first = await granted((await dying.connect(recipe)).acquire(name, { ttlMs: TTL_MS }));
      dying.child.kill("SIGKILL");
      await once(dying.child, "exit");
      const died = nowMs();
      const [next] = (await connect(recipe, 1)) as [RemoteClient];
      const bound = zookeeper.recipes[recipe]?.freedWithin(TTL_MS) ?? 0;
      const grant = await granted(next.acquire(name, { ttlMs: TTL_MS, waitMs: bound }));
      expect(grant.okMs).toBeGreaterThan(first.validUntilMs ?? Infinity);
      expect(grant.okMs - died).toBeLessThan(bound);
      await grant.release();
    }),
  );
});

describe.each(ALL)("%s", (recipe) => {
  test("a held lock is refused, a release lets a waiter in, and only its holder releases it", async () => {
    const [a, b, c] = (await connect(recipe, 3)) as [RemoteClient, RemoteClient, RemoteClient];
    const holder = await granted(take(a));
    expect(await take(b)).toBeNull();
    expect(await take(b, 300)).toBeNull();
    let [last, waiter] = [holder, c];
    await expectWithin(200, async () => {
      const waiting = granted(take(waiter, 10_000));
      await sleep(300);
      const released = nowMs();
      expect(await last.release()).toBe("released");
      [last, waiter] = [await waiting, waiter === c ? a : c];
      return last.okMs - released;
    });
    expect(await holder.release()).toBe("not-held");
    expect(await take(b)).toBeNull();
    expect(await last.release()).toBe("released");
  });

  test("answers keep its session alive, each for as long as its server may have been cut off", async () => {
    const [a, b] = (await connect(recipe, 2)) as [RemoteClient, RemoteClient];
    const grant = await granted(take(a));
    expect(await take(b, 2 * TTL_MS)).toBeNull();
    expect(grant.renewals.length).toBeGreaterThanOrEqual(6);
    for (const { sentMs, validUntilMs } of grant.renewals)
      expect(validUntilMs - sentMs).toBeCloseTo(PROMISED_MS, 3);
    expect(await grant.release()).toBe("released");
  });

  test("a session that was closed by another client is told; its client takes the lock in a new one", async () => {
    const [a] = (await connect(recipe, 1)) as [RemoteClient];
    const grant = await granted(take(a));
    expect(await here.endSession(grant.session ?? "")).toMatch(
      /^session 0x[0-9a-f]+ closed by its id and password; then: ZooKeeper says that the session has expired$/,
    );
    await grant.lost;
    expect(await grant.release()).toBe("not-held");
    await expect(here.endSession(grant.session ?? "")).rejects.toThrow(/was not closed: .*expired/);
    expect(await (await granted(take(a, 5_000))).release()).toBe("released");
  });

  test("whose server dies: the session goes on with another one, the holder or not", async () => {
    const own = victims[0] as Driver;
    const client = await own.connect(recipe);
    const grant = await granted(take(client));
    // Of each driver the first client begins with the second server, the second with the third.
    const node = locks.cluster.servers[(SECOND + ALL.indexOf(recipe)) % 3];
    await node?.kill("SIGKILL");
    onTestFinished(async () => {
      await node?.start();
      await locks.ready();
    });
    const [other] = (await connect(recipe, 1)) as [RemoteClient];
    if (recipe === "disconnect-blind") {
      const told = await Promise.race([grant.lost, sleep(PROMISED_MS).then(() => "nothing")]);
      expect(told).toBe("nothing");
    } else expect(await grant.lost).toBe("disconnected from ZooKeeper");
    expect(await take(other)).toBeNull();
    expect(await grant.release()).toBe("released");
  });
});

describe("while processes are frozen", () => {
  test.each(["recipe", "disconnect-blind"])("%s: who slept past its session knows it", async (recipe) => {
    const slow = victim();
    const grant = await granted(take(await slow.connect(recipe)));
    slow.child.kill("SIGSTOP");
    const [client] = (await connect(recipe, 1)) as [RemoteClient];
    const next = await granted(take(client, 20_000)).finally(() => slow.child.kill("SIGCONT"));
    expect(await grant.lost).toMatch(
      recipe === "recipe"
        ? /no renewal was acknowledged within its lease of 1500ms|disconnected/
        : /ZooKeeper says that the session has expired/,
    );
    expect(await grant.release()).toBe("not-held");
    expect(await next.release()).toBe("released");
  });

  test("its server silent: what was asked of it comes to nothing, and that is certain", async () => {
    const slow = victim();
    const client = await slow.connect("recipe");
    await (await granted(take(client))).release();
    const thaw = await freeze(locks, SECOND);
    await expect(take(client)).rejects.toMatchObject({ definite: true });
    await thaw();
    const [other] = (await connect("recipe", 1)) as [RemoteClient];
    await (await granted(take(other, 5_000))).release();
  });

  test("all servers silent: the outcome is open, and over with its session", async () => {
    const [a] = (await connect("recipe", 1)) as [RemoteClient];
    await (await granted(take(a))).release();
    const thaw = await freeze(locks, 0, 1, 2);
    await expect(take(a)).rejects.toMatchObject({ definite: false });
    await a.close();
    await thaw();
    // They may elect a leader anew before they serve again. Who asks meanwhile hears so, and asks anew, as in a run.
    await vi.waitFor(
      async () => {
        const [b] = (await connect("recipe", 1)) as [RemoteClient];
        try {
          await (await granted(take(b))).release();
        } finally {
          await b.close();
        }
      },
      { timeout: 15_000, interval: 250 },
    );
  });

  test("a leader is named at once, whoever is frozen; it alone tells its time", async () => {
    const first = (await here.leader()) ?? "";
    expect(locks.endpoints).toContain(first);
    expect(Math.abs((await here.clock(first)) - Date.now())).toBeLessThan(10_000);
    const follower = locks.endpoints.find((endpoint) => endpoint !== first) ?? "";
    await expect(here.clock(follower)).rejects.toThrow(/is no leader/);
    await freeze(locks, locks.endpoints.indexOf(first));
    const since = nowMs();
    let next = await here.leader();
    expect(nowMs() - since).toBeLessThan(3_000);
    while (next === null || next === first) next = await here.leader();
    expect(nowMs() - since).toBeLessThan(60_000);
  });
});

describe("asked for what cannot be", () => {
  test("a session outside 2 to 20 ticks", async () => {
    const run = ["run", "--backend", "zookeeper", "--dry-run", "--ttl", "20s"];
    const { code, stderr } = await cli(run);
    expect(code).toBe(64);
    expect(stderr).toMatch(/--ttl 20s is out of range for recipe[^]*take 1s to 10s/);
    expect((await cli([...run, "--set", "zookeeper.tickTime=2000"])).code).toBe(0);
  });

  test("its client, where that was not built", async () => {
    const hook = `export const resolve=(name,context,next)=>{if(name==="zookeeper")throw new Error("gone");return next(name,context)}`;
    const register = `import{register}from"node:module";register("data:text/javascript,"+encodeURIComponent(${JSON.stringify(hook)}))`;
    const { code, stderr } = await cli(["run", "--backend", "zookeeper", "--nemesis", "none"], {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(register)}` },
    });
    expect(code).toBe(3);
    expect(stderr).toMatch(/the npm package zookeeper, ZooKeeper's client, is not installed/);
    expect(stderr).toMatch(/npm install zookeeper/);
  });
});
