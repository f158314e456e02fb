/** The recipes of the consul backend on real Consul servers, in network namespaces. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import consul from "../src/backends/consul.js";
import { taskStates } from "../nemesis/proc.js";
import { expectWithin, freeze, granted, nowMs } from "./support/experiment.js";
import { startLocks, type Driver, type Locks, type RemoteClient } from "./support/locks.js";

const ALL = Object.keys(consul.recipes);
/** Shorter than Consul allows if it is not told to: a session lives for twice that. */
const TTL_MS = 1_000;

let locks: Locks;
/** Most tests' clients are here; the others' processes are there to be stopped and killed. */
let here: Driver;
let victims: Driver[];
let lock: string;
let count = 0;

beforeAll(async () => {
  locks = await startLocks(consul, {
    drivers: 1 + ALL.length + 2 * 2 + 3, // an attempt may be made again
    // A server that was frozen for long stays a voter: two frozen in turn would leave no quorum.
    settings: { session_ttl_min: "1s", cleanup_dead_servers: "false" },
  });
  [here, ...victims] = locks.drivers as [Driver, ...Driver[]];
});
afterAll(() => locks.stop());
beforeEach(() => {
  lock = `test-${(count += 1)}`;
});

const victim = (): Driver => victims.pop() as Driver;
/** Drivers number their clients from 1: the first is bound to the second server. */
const SECOND = 1;

const connect = async (recipe: string, clients: number): Promise<RemoteClient[]> =>
  await Promise.all(Array.from({ length: clients }, () => here.connect(recipe)));

/** What a server answers to a GET, asked from inside the cluster's network. */
async function get(path: string): Promise<unknown> {
  const program = `fetch(process.argv[1]).then((r) => r.text()).then(console.log)`;
  const url = `http://${locks.endpoints[0]}${path}`;
  const { stdout } = await locks.cluster.control.exec([process.execPath, "-e", program, url]);
  return stdout.trim() === "" ? null : JSON.parse(stdout);
}

test("five clients of each recipe contend: no two hold at once, and tokens rise", async () => {
  const until = nowMs() + 3_000;
  await Promise.all(
    ALL.map(async (recipe) => {
      const holds: { from: number; to: number; token: bigint }[] = [];
      const contend = async (client: RemoteClient): Promise<void> => {
        while (nowMs() < until || holds.length <= 10) {
          const grant = await client.acquire(`${lock}-${recipe}`, { ttlMs: 10_000, waitMs: 5_000 });
          if (!grant) continue;
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

describe.each(ALL)("%s", (recipe) => {
  test("a held lock is refused, a release lets a waiter in, and only its holder releases it", async () => {
    const [a, b, c] = (await connect(recipe, 3)) as [RemoteClient, RemoteClient, RemoteClient];
    const holder = await granted(a.acquire(lock, { ttlMs: 10_000 }));
    expect(await b.acquire(lock)).toBeNull();
    expect(await b.acquire(lock, { waitMs: 300 })).toBeNull();
    let [last, waiter] = [holder, c];
    await expectWithin(100, async () => {
      const waiting = granted(waiter.acquire(lock, { ttlMs: 10_000, waitMs: 5_000 }));
      await sleep(200);
      const released = nowMs();
      expect(await last.release()).toBe("released");
      [last, waiter] = [await waiting, waiter === c ? a : c];
      return last.okMs - released;
    });
    expect(await holder.release()).toBe("not-held");
    expect(await b.acquire(lock)).toBeNull();
    expect(await last.release()).toBe("released");
    expect(await get("/v1/session/list")).toEqual([]);
  });

  test("a session that was ended is told, and what was lost is not released", async () => {
    const [client] = (await connect(recipe, 1)) as [RemoteClient];
    const grant = await granted(client.acquire(lock, { ttlMs: TTL_MS }));
    expect(await here.endSession(grant.session ?? "")).toMatch(/^session .* destroyed, says .*:8500$/);
    expect(await grant.lost).toBe("Consul says that the session is gone");
    expect(await grant.release()).toBe("not-held");
    await expect(here.endSession(grant.session ?? "")).rejects.toMatchObject({
      definite: true,
      message: expect.stringMatching(/was not destroyed: .*no such session$/),
    });
    // Deleted with its session, or held by nobody.
    const key = await get(`/v1/kv/lockjepsen/${lock}`);
    if (recipe === "behavior-delete") expect(key).toBeNull();
    else expect(key).toEqual([expect.not.objectContaining({ Session: expect.anything() })]);
  });

  test("is bound to its server's health, or to nothing but its time to live", async () => {
    const [client] = (await connect(recipe, 1)) as [RemoteClient];
    const grant = await granted(client.acquire(lock, { ttlMs: 10_000 }));
    const [session] = (await get(`/v1/session/info/${grant.session}`)) as [Record<string, unknown>];
    expect(session).toMatchObject({
      TTL: "10s",
      LockDelay: recipe === "no-delay" ? 0 : 15e9,
      Behavior: recipe === "behavior-delete" ? "delete" : "release",
      NodeChecks: recipe === "serf-health" ? ["serfHealth"] : [],
    });
    await grant.release();
  });
});

test("a killed holder's lock is free again after its session and its lock-delay, and the token rises", async () => {
  await Promise.all(
    ALL.map(async (recipe) => {
      const dying = victim();
      const name = `${lock}-${recipe}`;
      const first = await granted((await dying.connect(recipe)).acquire(name, { ttlMs: TTL_MS }));
      dying.child.kill("SIGKILL");
      await once(dying.child, "exit");
      const died = nowMs();
      const bound = consul.recipes[recipe]?.freedWithin(TTL_MS) ?? 0;
      const [next] = (await connect(recipe, 1)) as [RemoteClient];
      const grant = await granted(next.acquire(name, { ttlMs: TTL_MS, waitMs: bound }));
      expect(grant.okMs - died).toBeGreaterThan(recipe === "no-delay" ? 0 : 15_000);
      expect(grant.okMs).toBeGreaterThan(first.validUntilMs ?? 0);
      expect(BigInt(grant.token ?? 0)).toBeGreaterThan(BigInt(first.token ?? 0));
      await grant.release();
    }),
  );
});

test("renewals carry a hold beyond its session", async () => {
  const [a, b] = (await connect("no-delay", 2)) as [RemoteClient, RemoteClient];
  const grant = await granted(a.acquire(lock, { ttlMs: TTL_MS }));
  expect(await b.acquire(lock, { ttlMs: TTL_MS, waitMs: 3_500 })).toBeNull();
  expect(grant.renewals.length).toBeGreaterThanOrEqual(5);
  for (const { sentMs, validUntilMs } of grant.renewals) expect(validUntilMs - sentMs).toBeCloseTo(TTL_MS, 3);
  expect(await grant.release()).toBe("released");
});

describe("while processes are frozen", () => {
  test("a holder that was frozen past its session knows it when it wakes", async () => {
    const slow = victim();
    const grant = await granted((await slow.connect("no-delay")).acquire(lock, { ttlMs: TTL_MS }));
    slow.child.kill("SIGSTOP");
    const [client] = (await connect("no-delay", 1)) as [RemoteClient];
    const next = await granted(client.acquire(lock, { ttlMs: 10_000, waitMs: 10_000 })).finally(() =>
      slow.child.kill("SIGCONT"),
    );
    expect(await grant.lost).toBe("no renewal was acknowledged within its lease of 1s");
    expect(await grant.release()).toBe("not-held");
    expect(await next.release()).toBe("released");
  });

  /** Its session is created, its server then frozen, before it asks for the key. */
  async function askFrozen(): Promise<{ outcome: Promise<unknown>; thaw: () => Promise<void> }> {
    const slow = victim();
    const client = await slow.connect("no-delay", { stopsAtNow: 2 });
    const outcome = client.acquire(lock, { ttlMs: 60_000 });
    outcome.catch(() => {}); // awaited later
    await expect.poll(() => taskStates(slow.child.pid ?? 0)).toContain("T");
    const thaw = await freeze(locks, SECOND);
    slow.child.kill("SIGCONT");
    return { outcome, thaw };
  }

  test("a server that does not answer in time: the outcome is open", async () => {
    const { outcome } = await askFrozen();
    await expect(outcome).rejects.toMatchObject({
      definite: false,
      message: expect.stringMatching(/timed out.*; its session could not be destroyed: .*timed out/),
    });
  });

  // Tried again, as etcd's: what it is asked as soon as it thaws it may refuse, and the outcome is rightly open.
  test("one that answers again: what was sent is taken back, and that is certain", { retry: 2 }, async () => {
    const { outcome, thaw } = await askFrozen();
    await sleep(6_000); // given up after 5 s
    await thaw();
    await expect(outcome).rejects.toMatchObject({
      definite: true,
      message: expect.stringMatching(/timed out/),
    });
    const [client] = (await connect("no-delay", 1)) as [RemoteClient];
    await (await granted(client.acquire(lock, { waitMs: 5_000 }))).release();
  });

  test("a leader is named at once, whoever is frozen; each server tells its time", async () => {
    for (const endpoint of locks.endpoints)
      expect(Math.abs((await here.clock(endpoint)) - Date.now())).toBeLessThan(10_000);
    const first = await here.leader();
    expect(locks.endpoints).toContain(first);
    await freeze(locks, locks.endpoints.indexOf(first ?? ""));
    const since = nowMs();
    let next = await here.leader();
    expect(nowMs() - since).toBeLessThan(3_000);
    while (next === null) next = await here.leader();
    expect(next).not.toBe(first);
  });
});
