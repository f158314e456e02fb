/** The recipes of the postgres backend on real PostgreSQL servers, in network namespaces. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import postgres from "../src/backends/postgres.js";
import { expectWithin, freeze, granted, nowMs } from "./support/experiment.js";
import { startLocks, type Driver, type Locks, type RemoteClient } from "./support/locks.js";

/** Those that need no cluster of their own. */
const ALL = Object.values(postgres.recipes)
  .filter(({ nodes }) => nodes === undefined)
  .map(({ name }) => name);
const BY_CONNECTION = ALL.filter((name) => postgres.recipes[name]?.promises.lease === "connection");

let lock: string;
let count = 0;
beforeEach(() => {
  lock = `test-${(count += 1)}`;
});

describe("one server", () => {
  let locks: Locks;
  /** Most tests' clients are here; the others' processes are there to be killed. */
  let here: Driver;
  let victims: Driver[];

  beforeAll(async () => {
    locks = await startLocks(postgres, { drivers: 1 + ALL.length });
    [here, ...victims] = locks.drivers as [Driver, ...Driver[]];
  });
  afterAll(() => locks.stop());

  const connect = async (recipe: string): Promise<[RemoteClient, RemoteClient, RemoteClient]> => [
    await here.connect(recipe),
    await here.connect(recipe),
    await here.connect(recipe),
  ];

  test("ten clients of each recipe contend for three seconds: no two hold at once, and tokens grow", async () => {
    const until = nowMs() + 3_000;
    await Promise.all(
      ALL.map(async (recipe) => {
        const holds: { from: number; to: number; token: bigint }[] = [];
        const contend = async (): Promise<void> => {
          const client = await here.connect(recipe);
          while (nowMs() < until || holds.length <= 30) {
            const grant = await client.acquire(`${lock}-${recipe}`, { waitMs: 1_000 });
            if (!grant) continue;
            await sleep(Math.random() * 10);
            holds.push({ from: grant.okMs, to: nowMs(), token: BigInt(grant.token ?? -1) });
            expect(await grant.release()).toBe("released");
            await sleep(5); // who asks again at once is faster than all who poll
          }
          await client.close();
        };
        await Promise.all(Array.from({ length: 10 }, contend));
        holds.sort((a, b) => a.from - b.from);
        expect(holds.length).toBeGreaterThan(30);
        for (const [index, { from, token }] of holds.entries()) {
          expect(from).toBeGreaterThanOrEqual(holds[index - 1]?.to ?? 0);
          expect(token).toBeGreaterThan(holds[index - 1]?.token ?? -1n);
        }
      }),
    );
  });

  describe.each(ALL)("%s", (recipe) => {
    test("a held lock is refused, waits are given up in time, and a release lets a waiter in", async () => {
      const [a, b, c] = await connect(recipe);
      const holder = await granted(a.acquire(lock, { ttlMs: 10_000 }));
      expect(await b.acquire(lock)).toBeNull();
      await expectWithin(600, async () => {
        const since = nowMs();
        expect(await b.acquire(lock, { waitMs: 300 })).toBeNull();
        expect(nowMs() - since).toBeGreaterThanOrEqual(290);
        return nowMs() - since;
      });
      let [last, waiter] = [holder, c];
      await expectWithin(500, async () => {
        const waiting = granted(waiter.acquire(lock, { ttlMs: 10_000, waitMs: 5_000 }));
        await sleep(200);
        const released = nowMs();
        expect(await last.release()).toBe("released");
        [last, waiter] = [await waiting, waiter === c ? a : c];
        return last.okMs - released;
      });
      // The wait that was given up holds nothing, and a second release frees nobody's lock.
      expect(await holder.release()).toBe("not-held");
      expect(await b.acquire(lock)).toBeNull();
      expect(await last.release()).toBe("released");
      await granted(b.acquire(lock));
    });

    test("a holder that was killed: free again within the bound, or never", async () => {
      const dying = victims.pop() as Driver;
      const ttlMs = 1_000;
      await granted((await dying.connect(recipe)).acquire(lock, { ttlMs }));
      dying.child.kill("SIGKILL");
      await once(dying.child, "exit");
      const died = nowMs();
      const bound = postgres.recipes[recipe]?.freedWithin(ttlMs) ?? null;
      const next = await here.connect(recipe);
      const grant = await next.acquire(lock, { ttlMs, waitMs: bound ?? 3 * ttlMs });
      if (bound === null) return expect(grant).toBeNull();
      expect(grant?.okMs).toBeLessThan(died + bound);
    });
  });

  test.each(BY_CONNECTION)(
    "%s: a session that an operator ends is lost at once, and another's lock",
    async (recipe) => {
      const [a, b] = await connect(recipe);
      const holder = await granted(a.acquire(lock));
      expect(holder.validUntilMs).toBeNull();
      const waiting = granted(b.acquire(lock, { waitMs: 30_000 }));
      const ended = nowMs();
      expect(await here.endSession(holder.session ?? "")).toMatch(/^pg_terminate_backend\(\d+\): /);
      expect(await holder.lost).toMatch(
        /^its connection is gone: terminating connection due to administrator/,
      );
      const next = await waiting;
      expect(next.okMs - ended).toBeLessThan(5_000);
      await expect(holder.release()).rejects.toMatchObject({ definite: true });
      expect(await next.release()).toBe("released");
      // A new connection, made when it is asked for.
      await granted(a.acquire(lock));
    },
  );

  test("lease-row: renewed for as long as it is held; one that is broken by hand is lost", async () => {
    const [a, b] = await connect("lease-row");
    const grant = await granted(a.acquire(lock, { ttlMs: 1_000 }));
    expect(await b.acquire(lock, { ttlMs: 1_000, waitMs: 2_500 })).toBeNull();
    expect(grant.renewals.length).toBeGreaterThanOrEqual(5);
    for (const { sentMs, validUntilMs } of grant.renewals)
      expect(validUntilMs - sentMs).toBeCloseTo(1_000, 3);
    await here.endSession(grant.session ?? "");
    expect(await grant.lost).toBe("Postgres says that the lease is over");
    const next = await granted(b.acquire(lock));
    expect(BigInt(next.token ?? 0)).toBe(BigInt(grant.token ?? 0) + 1n);
    expect(await grant.release()).toBe("not-held");
  });

  test("advisory-hashtext: two names that hash alike are one lock", async () => {
    const [a, b] = await connect("advisory-hashtext");
    const [c, d] = await connect("advisory");
    await granted(a.acquire("order-3687"));
    expect(await b.acquire("order-118181")).toBeNull();
    await granted(c.acquire("order-3687"));
    await granted(d.acquire("order-118181"));
  });

  test("advisory-hashtext: of 200,000 names some share a lock, by 64 bits none", async () => {
    const collisions = `
      import pg from "pg";
      const client = new pg.Client({ host: ${JSON.stringify(locks.endpoints[0]?.split(":")[0])}, user: "postgres" });
      await client.connect();
      const { rows } = await client.query(\`SELECT count(*) - count(DISTINCT hashtext(id)) AS short,
        count(*) - count(DISTINCT hashtextextended(id, 0)) AS long
        FROM (SELECT 'order-' || n AS id FROM generate_series(1, 200000) AS n) AS ids\`);
      console.log(JSON.stringify(rows[0]));
      await client.end();`;
    const { stdout } = await locks.cluster.control.exec([
      process.execPath,
      "--input-type=module",
      "-e",
      collisions,
    ]);
    // 200,000 squared by 2^33 is 4.7.
    expect(JSON.parse(stdout)).toEqual({ short: "4", long: "0" });
  });

  test("a server says who leads, and what time it has", async () => {
    const [endpoint = ""] = locks.endpoints;
    expect(await here.leader()).toBe(endpoint);
    expect(Math.abs((await here.clock(endpoint)) - Date.now())).toBeLessThan(1_000);
    await expect(here.failover()).rejects.toThrow("there is no replica that could be promoted");
    await expect(here.endSession("1")).rejects.toThrow("there is no session 1");
  });

  describe("a server that does not answer", () => {
    test("in time: the outcome is open", async () => {
      const [[a], [b], [c]] = [await connect("advisory"), await connect("row"), await connect("lease-row")];
      const thaw = await freeze({ cluster: locks.cluster }, 0);
      const open = { definite: false, message: "no answer within 5000 ms" };
      await Promise.all([a, b, c].map((client) => expect(client.acquire(lock)).rejects.toMatchObject(open)));
      await thaw();
    });

    test("and one that is killed: sessions are lost, what was asked is open, what is not there certainly not done", async () => {
      const [node] = locks.cluster.servers;
      const [a, b] = await connect("advisory");
      const [c] = await connect("lease-row");
      const holder = await granted(a.acquire(lock));
      const token = BigInt(holder.token ?? 0);
      const lease = await granted(c.acquire(lock, { ttlMs: 60_000 }));
      await freeze({ cluster: locks.cluster }, 0);
      const told = expect(b.acquire(lock, { waitMs: 1_000 })).rejects.toMatchObject({ definite: false });
      await sleep(200);
      await node?.kill("SIGKILL");
      await told;
      expect(await holder.lost).toMatch(/^its connection is gone: /);
      await expect(b.acquire(lock)).rejects.toMatchObject({
        definite: true,
        message: expect.stringMatching(/^cannot reach postgres at /),
      });
      await node?.start();
      await locks.ready();
      // A lock of the memory is free; a row is there, and still held.
      expect(BigInt((await granted(b.acquire(lock))).token ?? 0)).toBeGreaterThan(token);
      const [d] = await connect("lease-row");
      expect(await d.acquire(lock)).toBeNull();
      expect(await lease.release()).toBe("released");
    });
  });
});

describe("a server that crashes under a holder", () => {
  let locks: Locks;
  let here: Driver;

  beforeAll(async () => {
    locks = await startLocks(postgres, { drivers: 1 });
    [here] = locks.drivers as [Driver];
  });
  afterAll(() => locks.stop());

  async function crash(): Promise<void> {
    const [node] = locks.cluster.servers;
    await freeze(locks, 0); // or those that are killed last would tidy up after those killed first
    await node?.kill("SIGKILL");
    await node?.start();
    await locks.ready();
    await sleep(1_000); // what a server writes when it has started takes along what others wrote
  }

  /** How much higher the token of the next holder is. The first that is drawn after a start stands for 32 more in the log. */
  async function rise(recipe: string): Promise<bigint> {
    await crash();
    const [a, b] = [await here.connect(recipe), await here.connect(recipe)];
    const before = await granted(a.acquire(lock));
    await crash();
    await before.lost;
    const after = await granted(b.acquire(lock));
    await after.release();
    await Promise.all([a.close(), b.close()]);
    return BigInt(after.token ?? 0) - BigInt(before.token ?? 0);
  }

  test.each(["advisory", "advisory-xact", "row"])("%s: its token is not handed out again", async (recipe) => {
    expect(await rise(recipe)).toBeGreaterThan(0n);
  });

  test("row-token-within: nobody has committed it, so it is", async () => {
    // Unless something else made the log reach the disk in between.
    const rises = [await rise("row-token-within")];
    while (rises.length < 5 && !rises.includes(0n)) rises.push(await rise("row-token-within"));
    expect(rises).toContain(0n);
  });
});

describe("through PgBouncer", () => {
  let locks: Locks;
  let here: Driver;

  beforeAll(async () => {
    locks = await startLocks(postgres, { drivers: 1, recipe: "advisory-pgbouncer" });
    [here] = locks.drivers as [Driver];
  });
  afterAll(() => locks.stop());

  test("a session's lock is everybody's: the next client is granted it too, and frees the other's", async () => {
    const [a, b, c] = [
      await here.connect("advisory-pgbouncer"),
      await here.connect("advisory-pgbouncer"),
      await here.connect("advisory-pgbouncer"),
    ];
    const first = await granted(a.acquire(lock));
    const second = await granted(b.acquire(lock));
    expect(second.session).toBe(first.session); // the server's session is shared
    await second.release();
    await granted(c.acquire(lock));
  });

  test("a transaction's lock is its own", async () => {
    const [a, b] = [
      await here.connect("advisory-xact-pgbouncer"),
      await here.connect("advisory-xact-pgbouncer"),
    ];
    const first = await granted(a.acquire(lock));
    expect(await b.acquire(lock)).toBeNull();
    expect(await b.acquire(lock, { waitMs: 200 })).toBeNull();
    expect(await first.release()).toBe("released");
    await granted(b.acquire(lock));
  });
});

describe("with a replica", () => {
  let locks: Locks;
  let here: Driver;

  beforeAll(async () => {
    locks = await startLocks(postgres, { drivers: 1, nodes: 2 });
    [here] = locks.drivers as [Driver];
  });
  afterAll(() => locks.stop());

  test("a promotion ends all sessions; tokens go on, and leases as far as they were copied", async () => {
    const [primary, replica] = locks.endpoints;
    const a = await here.connect("advisory");
    const b = await here.connect("lease-row");
    expect(await here.leader()).toBe(primary);
    const session = await granted(a.acquire(lock));
    const lease = await granted(b.acquire(lock, { ttlMs: 60_000 }));
    await sleep(200); // copied by then
    expect(await here.failover()).toBe(`${replica} was promoted, ${primary} takes no writes`);
    expect(await here.leader()).toBe(replica);
    await session.lost;
    const again = await granted(a.acquire(lock));
    expect(BigInt(again.token ?? 0)).toBeGreaterThan(BigInt(session.token ?? 0));
    const c = await here.connect("lease-row");
    expect(await c.acquire(lock)).toBeNull();
    expect(await lease.release()).toBe("released");
    expect(BigInt((await granted(c.acquire(lock))).token ?? 0)).toBe(BigInt(lease.token ?? 0) + 1n);
    await expect(here.failover()).rejects.toThrow("there is no replica that could be promoted");
  });
});
