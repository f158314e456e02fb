/** The recipes of the etcd backend on real etcd servers, in network namespaces. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import etcd from "../src/backends/etcd.js";
import { taskStates } from "../nemesis/proc.js";
import { thisDistribution } from "../src/cluster/distribution.js";
import { runJson, scratch } from "./support/cli.js";
import {
  startEtcd,
  type Driver,
  type EtcdCluster,
  type RemoteClient,
  type RemoteGrant,
} from "./support/etcd-cluster.js";
import { freeze, granted, nowMs } from "./support/experiment.js";

const TTL_MS = 2_000;
const LOCKS = ["mutex", "mutex-unchecked", "txn", "v3lock"] as const;

const family = thisDistribution()?.family ?? "debian";
const versions = Object.entries(etcd.software.versions).filter(([, suites]) => suites[family] !== undefined);

let etcds: EtcdCluster;
let here: Driver;
let there: Driver;
let lock: string;
let locks = 0;

beforeAll(async () => {
  etcds = await startEtcd({ nodes: 3, drivers: 2 + LOCKS.length });
  [here, there] = etcds.drivers as [Driver, Driver];
});
afterAll(() => etcds.stop());
beforeEach(() => {
  lock = `test-${(locks += 1)}`;
});

const connectAll = (recipe: string, count: number): Promise<RemoteClient[]> =>
  Promise.all(Array.from({ length: count }, (_, process) => here.connect(recipe, process)));

/** The grant that must be there. */
interface Hold {
  readonly token: bigint;
  readonly from: number;
  readonly to: number;
}

/** Takes the lock and gives it back, `times` over. */
async function hammer(client: RemoteClient, times: number, holds: Hold[], holdMs = 0): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const grant = await granted(client.acquire(lock, { waitMs: 20_000 }));
    if (holdMs > 0) await sleep(holdMs);
    holds.push({ token: grant.token, from: grant.okMs, to: nowMs() });
    await grant.release();
  }
}

const byStart = (holds: readonly Hold[]): Hold[] => [...holds].sort((a, b) => a.from - b.from);
const overlaps = (holds: readonly Hold[]): number =>
  byStart(holds).filter((hold, index, all) => index > 0 && (all[index - 1]?.to ?? 0) > hold.from).length;
/** Everything that is there for this test's lock. */
const keys = () => here.keys(`lockjepsen/${lock}`);

/** Remembers what is there, for a look later on whether anything came to stay. */
async function inventory(): Promise<() => Promise<void>> {
  const [keysBefore, leasesBefore] = [await keys(), await here.leases()];
  return async () => {
    expect(await keys()).toEqual(keysBefore);
    // A server lists the leases that it knows of: it may be behind the others.
    await expect
      .poll(async () => (await here.leases()).filter((lease) => !leasesBefore.includes(lease)))
      .toEqual([]);
  };
}

describe.each(LOCKS)("%s", (recipe) => {
  test("never grants twice at once, and its tokens rise", async () => {
    const holds: Hold[] = [];
    const clients = await connectAll(recipe, 5);
    await Promise.all(clients.map((client) => hammer(client, 60, holds)));
    expect(holds).toHaveLength(300);
    expect(overlaps(holds)).toBe(0);
    const tokens = byStart(holds).map(({ token }) => token);
    expect(tokens.every((token, index) => index === 0 || token > (tokens[index - 1] ?? 0n))).toBe(true);
    expect(await keys()).toEqual([]);
  });

  test("trying a held lock is refused and leaves neither key nor lease", async () => {
    const [holder, other] = (await connectAll(recipe, 2)) as [RemoteClient, RemoteClient];
    const grant = await granted(holder.acquire(lock));
    const expectNoMore = await inventory();
    expect(await other.acquire(lock)).toBeNull();
    await expectNoMore();
    await grant.release();
  });

  test("who waited gets it when it is released", async () => {
    const [holder, other] = (await connectAll(recipe, 2)) as [RemoteClient, RemoteClient];
    const took: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const grant = await granted(holder.acquire(lock));
      const next = other.acquire(lock, { waitMs: 10_000 });
      await sleep(200);
      const released = nowMs();
      expect(await grant.release()).toBe("released");
      const after = await granted(next);
      took.push(after.okMs - released);
      await after.release();
    }
    expect(took.sort((a, b) => a - b)[2]).toBeLessThan(500);
  });

  test("a wait that is over in vain is cancelled with certainty", async () => {
    const [holder, other] = (await connectAll(recipe, 2)) as [RemoteClient, RemoteClient];
    const grant = await granted(holder.acquire(lock));
    const expectNoMore = await inventory();
    expect(await other.acquire(lock, { waitMs: 300 })).toBeNull();
    const abort = new AbortController();
    const aborted = other.acquire(lock, { waitMs: 60_000, signal: abort.signal });
    await sleep(300);
    abort.abort();
    const since = nowMs();
    expect(await aborted).toBeNull();
    expect(nowMs() - since).toBeLessThan(10_000);
    await expectNoMore();
    await grant.release();
  });

  test("renewals carry a hold beyond its lease", async () => {
    const [holder, other] = (await connectAll(recipe, 2)) as [RemoteClient, RemoteClient];
    const grant = await granted(holder.acquire(lock));
    expect(await other.acquire(lock, { waitMs: 2.5 * TTL_MS })).toBeNull();
    expect(grant.renewals.length).toBeGreaterThanOrEqual(5);
    for (const { sentMs, validUntilMs } of grant.renewals) expect(validUntilMs - sentMs).toBeCloseTo(TTL_MS);
    expect(grant.renewals.at(-1)?.validUntilMs).toBeGreaterThan(nowMs());
    expect(await grant.release()).toBe("released");
  });

  test("a lease that is revoked from outside is noticed, and what was lost is not released", async () => {
    const [holder, other] = (await connectAll(recipe, 2)) as [RemoteClient, RemoteClient];
    const grant = await granted(holder.acquire(lock));
    const [key] = await keys();
    await here.revoke(key?.lease ?? "");
    const since = nowMs();
    expect(await grant.lost).toMatch(/says that the lease is gone/);
    expect(nowMs() - since).toBeLessThan(TTL_MS); // at its next renewal

    const next = await granted(other.acquire(lock));
    expect(await grant.release()).toBe("not-held");
    expect(await next.release()).toBe("released");
    expect(await next.release()).toBe("not-held");
  });

  test("a holder that is killed blocks no longer than it says", async () => {
    const freedWithin = etcd.recipes[recipe]?.freedWithin(TTL_MS) ?? 0;
    const doomed = etcds.drivers[2 + LOCKS.indexOf(recipe)] as Driver;
    await granted((await doomed.connect(recipe, 1)).acquire(lock));
    const next = (await here.connect(recipe, 0)).acquire(lock, { waitMs: 20_000 });
    await sleep(1_000);
    doomed.child.kill("SIGKILL");
    const died = nowMs();
    const took = (await granted(next)).okMs - died;
    expect(took).toBeLessThan(freedWithin);
    expect(took).toBeGreaterThan(TTL_MS / 2); // not before its lease was over
  });
});

test("naive-put grants to everybody, and a release frees what another believes to hold", async () => {
  const [one, two] = (await connectAll("naive-put", 2)) as [RemoteClient, RemoteClient];
  const first = await granted(one.acquire(lock));
  const second = await granted(two.acquire(lock));
  expect(second.token).toBeGreaterThan(first.token);
  expect(await first.release()).toBe("released");
  expect(await second.release()).toBe("not-held");
  const holds: Hold[] = [];
  await Promise.all([hammer(one, 10, holds, 10), hammer(two, 10, holds, 10)]);
  expect(overlaps(holds)).toBeGreaterThan(0);
});

/** A holds; B waits, its lease dies; C waits behind B; A releases. What B and C are told. */
async function deadWaiter(
  recipe: string,
  driver: Driver = here,
): Promise<PromiseSettledResult<RemoteGrant | null>[]> {
  const keys = () => driver.keys(`lockjepsen/${lock}`);
  const [a, b, c] = (await Promise.all([0, 0, 0].map((server) => driver.connect(recipe, server)))) as [
    RemoteClient,
    RemoteClient,
    RemoteClient,
  ];
  const holder = await granted(a.acquire(lock, { ttlMs: 30_000 }));
  const first = b.acquire(lock, { waitMs: 20_000 });
  first.catch(() => {}); // it may be refused at once; awaited later
  await sleep(300);
  const second = c.acquire(lock, { waitMs: 20_000 });
  await sleep(300);
  const queue = await keys();
  expect(queue).toHaveLength(3);
  await driver.revoke(queue[1]?.lease ?? "");
  await sleep(300);
  expect(await holder.release()).toBe("released");
  return await Promise.allSettled([first, second]);
}

describe("a waiter whose lease died (etcd-io/etcd#11456)", () => {
  test("mutex-unchecked: is told OK, and so is the next", async () => {
    const [b, c] = await deadWaiter("mutex-unchecked");
    expect(b).toMatchObject({ status: "fulfilled", value: { token: expect.any(BigInt) } });
    expect(c).toMatchObject({ status: "fulfilled", value: { token: expect.any(BigInt) } });
  });

  test.each(versions)("v3lock of %s: the same until 3.4", async (version) => {
    const { drivers, stop } = await startEtcd({ nodes: 1, drivers: 1, version });
    onTestFinished(stop);
    const [b, c] = await deadWaiter("v3lock", drivers[0]);
    expect(c).toMatchObject({ status: "fulfilled" });
    if (version === "3.5")
      expect(b).toMatchObject({
        status: "rejected",
        reason: { definite: true, message: expect.stringMatching(/mutex: session is expired/) },
      });
    else expect(b).toMatchObject({ status: "fulfilled" });
  });

  test("v3lock of 3.4, in a run: a server frozen while clients wait through it makes late grants", async () => {
    const output = scratch(onTestFinished);
    const lock = ["--backend", "etcd@3.4", "--lock", "v3lock", "--hold", "0-2s"];
    const fault = ["--nemesis", "pause", "--target", "n2", "--duration", "12s", "--seed", "1"];
    const { code, document } = await runJson([...lock, ...fault, "--output", output]);
    expect(code).toBe(1);
    const late = document.findings.filter(({ kind, cause }) => kind === "overlap" && cause === "late-grant");
    expect(late.length).toBeGreaterThan(0);
    expect(late.every(({ expected }) => expected === false)).toBe(true);
  });

  test("mutex: is told that it certainly has nothing", async () => {
    const [b, c] = await deadWaiter("mutex");
    expect(b).toMatchObject({
      status: "rejected",
      reason: { definite: true, message: expect.stringMatching(/lost its lease while it waited/) },
    });
    expect(c).toMatchObject({ status: "fulfilled", value: { token: expect.any(BigInt) } });
  });
});

test.each([{ compacted: false }, { compacted: true }])(
  "a deletion between the look and the watch is not missed (compacted: $compacted)",
  async (options) => {
    expect(await here.watchLate(options)).toBeLessThan(5_000);
  },
);

describe("etcd3-lock", () => {
  test("never grants twice at once, refuses who comes second, and goes on beyond its lease", async () => {
    const [a, b] = (await connectAll("etcd3-lock", 2)) as [RemoteClient, RemoteClient];
    const holds: Hold[] = [];
    await Promise.all([hammer(a, 10, holds, 10), hammer(b, 10, holds, 10)]);
    expect(holds).toHaveLength(20);
    expect(overlaps(holds)).toBe(0);
    const grant = await granted(a.acquire(lock));
    const expectNoMore = await inventory();
    expect(await b.acquire(lock)).toBeNull();
    await expectNoMore();
    expect(await b.acquire(lock, { waitMs: 2.5 * TTL_MS })).toBeNull();
    expect(grant.renewals.length).toBeGreaterThanOrEqual(5);
    for (const { sentMs, validUntilMs } of grant.renewals) expect(validUntilMs - sentMs).toBeCloseTo(TTL_MS);
    expect(await grant.release()).toBe("released");
    expect(await (await granted(b.acquire(lock))).release()).toBe("released");
  });

  test("a lease that was ended is told at its next keepalive", async () => {
    const [a, b] = (await connectAll("etcd3-lock", 2)) as [RemoteClient, RemoteClient];
    const grant = await granted(a.acquire(lock));
    await here.endSession(grant.session);
    await granted(b.acquire(lock));
    await grant.lost;
    expect(await grant.release()).toBe("not-held");
  });
});

describe("what the tester may do to it", () => {
  test("ends the lease of a holder, once", async () => {
    const grant = await granted((await here.connect("mutex", 0)).acquire(lock));
    expect(await here.endSession(grant.session)).toMatch(/^lease \d+ revoked at revision \d+, says .*:2379$/);
    expect(await keys()).toEqual([]);
    await expect(here.endSession(grant.session)).rejects.toMatchObject({
      definite: true,
      message: expect.stringMatching(/not revoked: [^;]*lease not found$/),
    });
  });

  test("has another server lead", async () => {
    // Servers that are asked have half a second to answer: not always enough where processors are short.
    const [before, said] = await vi.waitFor(async () => {
      const leader = await here.leader();
      expect(leader).not.toBeNull();
      return [leader, await here.failover()];
    }, 30_000);
    expect(said).toMatch(new RegExp(`^.* leads instead of ${before}$`));
    expect(await here.leader()).not.toBe(before);
    await etcds.ready();
  });

  test("asks a server for its time", async () => {
    for (const endpoint of etcds.endpoints)
      expect(Math.abs((await here.clock(endpoint)) - Date.now())).toBeLessThan(10_000);
  });
});

describe("while processes are frozen", () => {
  test("a holder whose server is silent gives up when its lease is over", async () => {
    const grant = await granted((await here.connect("mutex", 1)).acquire(lock));
    await freeze(etcds, 1);
    expect(await grant.lost).toMatch(/no renewal was acknowledged within its lease of 2s/);
    const validUntil = grant.renewals.at(-1)?.validUntilMs ?? grant.validUntilMs;
    expect(nowMs() - validUntil).toBeGreaterThanOrEqual(0);
    expect(nowMs() - validUntil).toBeLessThan(TTL_MS / 2);
  });

  test("a holder that was frozen past its lease knows it when it wakes", async () => {
    const holder = await there.connect("mutex", 0);
    const grant = await granted(holder.acquire(lock));
    const pid = there.child.pid ?? 0;
    process.kill(pid, "SIGSTOP");
    const next = granted((await here.connect("mutex", 0)).acquire(lock, { waitMs: 20_000 }));
    const after = await next.finally(() => process.kill(pid, "SIGCONT"));
    expect(await grant.lost).toMatch(/no renewal was acknowledged/);
    expect(await grant.release()).toBe("not-held");
    expect(await after.release()).toBe("released");
  });

  // Tried again: where the thawed server stands for election at once, it swallows the revocation too, and the outcome is
  // rightly open. What is told for certain must be so each time.
  test(
    "a put that a frozen server swallowed comes to nothing, and its client knows that",
    { retry: 2 },
    async () => {
      const leader = etcds.endpoints.indexOf((await here.leader()) ?? "");
      const follower = (leader + 1) % etcds.endpoints.length;
      const client = await there.connect("mutex", follower, { stopsWithLease: true });
      const pid = there.child.pid ?? 0;
      // Longer than all of this: what is put late stays, if it is not taken back.
      const outcome = client.acquire(lock, { ttlMs: 30_000 });
      const told = expect(outcome).rejects.toMatchObject({
        definite: true,
        message: expect.stringMatching(/^no answer from etcd within 5000 ms/),
      });
      await expect.poll(() => taskStates(pid)).toContain("T");
      const thaw = await freeze(etcds, follower);
      process.kill(pid, "SIGCONT");
      await sleep(7_000); // the put is given up after 5 s; the revocation that follows is answered once it is thawed
      await thaw();
      await told;
      expect(await keys()).toEqual([]);
      expect(await (await granted((await here.connect("mutex", leader)).acquire(lock))).release()).toBe(
        "released",
      );
    },
  );

  test("a cancelled wait that nobody confirms is open, and comes to nothing", async () => {
    const holder = await granted((await here.connect("mutex", 0)).acquire(lock));
    const waiting = (await here.connect("mutex", 1)).acquire(lock, { waitMs: 1_000 });
    await sleep(300);
    const thaw = await freeze(etcds, 1);
    await expect(waiting).rejects.toMatchObject({ definite: false });
    await holder.release();
    await thaw();
    await sleep(etcd.recipes["mutex"]?.freedWithin(TTL_MS) ?? 0);
    expect(await keys()).toEqual([]);
  });

  test("a leader is named at once, whoever is frozen", async () => {
    const first = await here.leader();
    expect(etcds.endpoints).toContain(first);
    await freeze(etcds, etcds.endpoints.indexOf(first ?? ""));
    const since = nowMs();
    let next = await here.leader();
    expect(nowMs() - since).toBeLessThan(3_000);
    while (next === null) next = await here.leader();
    expect(next).not.toBe(first);
    expect(nowMs() - since).toBeLessThan(60_000);
  });
});

test("a client that cannot reach its server does not turn to another one", async () => {
  const node = etcds.cluster.servers[2];
  await node?.kill("SIGKILL");
  onTestFinished(async () => {
    await node?.start();
    await etcds.ready();
  });
  await expect(here.connect("mutex", 5)).rejects.toThrow(/cannot reach etcd at .*\.3:2379/);
  const client = await here.connect("mutex", 6);
  await (await granted(client.acquire(lock))).release();
});

test.each(versions)(
  "etcd %s starts and locks, alone and with all settings at their defaults",
  async (version) => {
    const { drivers, cluster, stop } = await startEtcd({ nodes: 1, drivers: 1, version });
    onTestFinished(stop);
    const client = await drivers[0]?.connect("mutex", 0);
    const grant = await client?.acquire("lock");
    expect(await grant?.release()).toBe("released");
    expect(await cluster.servers[0]?.logs()).not.toMatch(/panic/);
  },
);

test("a lease that the server would lengthen is refused: the bounds of the recipe would not hold", async () => {
  const { drivers, stop } = await startEtcd({
    nodes: 1,
    drivers: 1,
    settings: { "election-timeout": "5000" },
  });
  onTestFinished(stop);
  const client = await drivers[0]?.connect("mutex", 0);
  await expect(client?.acquire("lock")).rejects.toMatchObject({
    definite: true,
    message: expect.stringMatching(/no lease below 8 s here/),
  });
  expect(await client?.acquire("lock", { ttlMs: 8_000 })).not.toBeNull();
});
