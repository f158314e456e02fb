/** The recipes of the redlock backend on real Redis servers, in network namespaces. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import redlock from "../src/backends/redlock.js";
import type { Node } from "../src/cluster/types.js";
import { byVdso } from "../nemesis/clock/by-vdso.js";
import { taskStates } from "../nemesis/proc.js";
import { freeze, granted, nowMs } from "./support/experiment.js";
import { startLocks, type Driver, type Locks, type RemoteClient } from "./support/locks.js";

const ALL = Object.keys(redlock.recipes);
const TTL_MS = 2_000;
/** 1 % and 2 ms. */
const DRIFT_MS = 22;

let locks: Locks;
let here: Driver;
let victims: Driver[];
let lock: string;
let count = 0;

beforeAll(async () => {
  locks = await startLocks(redlock, { drivers: 1 + ALL.length + 6 });
  [here, ...victims] = locks.drivers as [Driver, ...Driver[]];
});
afterAll(() => locks.stop());
beforeEach(() => {
  lock = `test-${(count += 1)}`;
});

const victim = (): Driver => victims.pop() as Driver;
const connect = async (recipe: string): Promise<[RemoteClient, RemoteClient, RemoteClient]> => [
  await here.connect(recipe),
  await here.connect(recipe),
  await here.connect(recipe),
];

test("ten clients of each recipe contend for thirty holds: no two hold at once", async () => {
  await Promise.all(
    ALL.map(async (recipe) => {
      const holds: { from: number; to: number }[] = [];
      const contend = async (client: RemoteClient): Promise<void> => {
        while (holds.length < 30) {
          const grant = await client.acquire(`${lock}-${recipe}`, { waitMs: 1_000 });
          if (!grant) continue;
          await sleep(Math.random() * 10);
          holds.push({ from: grant.okMs, to: nowMs() });
          expect(await grant.release()).toBe("released");
          await sleep(5);
        }
      };
      const clients = await Promise.all(Array.from({ length: 10 }, () => here.connect(recipe)));
      await Promise.all(clients.map(contend));
      holds.sort((a, b) => a.from - b.from);
      for (const [index, { from }] of holds.entries())
        expect(from).toBeGreaterThanOrEqual(holds[index - 1]?.to ?? 0);
    }),
  );
});

describe.each(ALL)("%s", (recipe) => {
  test("a held lock is refused; a release lets a waiter in, and frees no other's", async () => {
    const [a, b, c] = await connect(recipe);
    const holder = await granted(a.acquire(lock, { ttlMs: 10_000 }));
    expect(await b.acquire(lock)).toBeNull();
    const waiting = granted(c.acquire(lock, { waitMs: 5_000 }));
    await sleep(100);
    expect(await holder.release()).toBe("released");
    const next = await waiting;
    expect(await holder.release()).toBe("not-held");
    expect(await b.acquire(lock)).toBeNull();
    expect(await next.release()).toBe("released");
  });

  test("a holder that was killed: free again within the bound", async () => {
    const dying = victim();
    await granted((await dying.connect(recipe)).acquire(lock, { ttlMs: 1_000 }));
    dying.child.kill("SIGKILL");
    await once(dying.child, "exit");
    const bound = redlock.recipes[recipe]?.freedWithin(1_000) ?? 0;
    const [next] = await connect(recipe);
    await granted(next.acquire(lock, { ttlMs: 1_000, waitMs: bound }));
  });

  test("is lost when its session, its keys, is ended, or when its time is over; and can be had again", async () => {
    const [a] = await connect(recipe);
    const grant = await granted(a.acquire(lock, { ttlMs: 1_500 }));
    expect(await here.endSession(grant.session ?? "")).toMatch(/^deleted by hand on 5 of 5 servers: /);
    const said = await grant.lost;
    expect(said).toMatch(
      recipe === "extend" ? /^a majority of the servers says/ : /^its lease of .* is over$/,
    );
    expect(await grant.release()).toBe("not-held");
    await granted(a.acquire(lock, { waitMs: 500 }));
  });
});

test("keys deleted from a minority, the others out of reach: it may have been a hold", async () => {
  const [a] = await connect("redlock");
  const { session } = await granted(a.acquire(lock, { ttlMs: 60_000 }));
  const away = locks.cluster.servers.slice(2);
  onTestFinished(async () => {
    await Promise.all(away.map((node) => node.start()));
    await locks.ready();
  });
  await Promise.all(away.map((node) => node.kill("SIGKILL")));
  const ends = (): Promise<string> => here.endSession(session ?? "");
  await expect(ends()).rejects.toMatchObject({
    definite: false,
    message: expect.stringMatching(/^2 of 5 servers had/),
  });
  await expect(ends()).rejects.toMatchObject({ definite: true });
});

describe("redlock", () => {
  test("is valid for its time to live less the drift, from when it was asked for", async () => {
    const [a] = await connect("redlock");
    const asked = nowMs();
    const { validUntilMs, okMs } = await granted(a.acquire(lock, { ttlMs: TTL_MS }));
    expect(validUntilMs).toBeGreaterThan(asked + TTL_MS - DRIFT_MS);
    expect(validUntilMs).toBeLessThan(okMs + TTL_MS - DRIFT_MS);
  });

  test("does without a minority that is silent, and is refused without a majority", async () => {
    const [a, b] = await connect("redlock");
    const thawTwo = await freeze({ cluster: locks.cluster }, 3, 4);
    const grant = await granted(a.acquire(lock, { waitMs: 2_000 }));
    expect(await grant.release()).toBe("released");
    const thawThird = await freeze({ cluster: locks.cluster }, 2);
    // Three may yet set what they were asked to; they answer nothing, so nobody knows.
    await expect(b.acquire(lock, { ttlMs: 60_000 })).rejects.toMatchObject({
      definite: false,
      message: "what it set on a majority of the servers could not be taken back",
    });
    await Promise.all([thawTwo(), thawThird()]);
    // It was taken back after all: by what lay in the queue behind it.
    await granted(a.acquire(lock, { waitMs: 2_000 }));
  });
});

test.each([
  ["redlock", false],
  ["margin", false],
  ["patient", false],
  ["no-validity", true],
])("%s, frozen past its time to live before it counts: granted late is %s", async (recipe, late) => {
  const slow = victim();
  // The third time is that at which the answers are counted.
  const client = await slow.connect(recipe, { stopsAtNow: 3 });
  const outcome = client.acquire(lock, { ttlMs: 300 });
  await expect.poll(() => taskStates(slow.child.pid ?? 0)).toContain("T");
  await sleep(400);
  slow.child.kill("SIGCONT");
  const grant = await outcome;
  expect(grant !== null).toBe(late);
  if (grant) expect(grant.okMs).toBeGreaterThan(grant.validUntilMs ?? Infinity);
});

test.each([
  [false, 0],
  [true, -10_000],
])(
  "wall-clock, frozen past its time to live: granted is %s, its clock set by %i ms meanwhile",
  async (granted, offsetMs) => {
    const slow = victim();
    const pid = slow.child.pid ?? 0;
    const client = await slow.connect("wall-clock", { stopsAtNow: 2 });
    const outcome = client.acquire(lock, { ttlMs: 300 });
    await expect.poll(() => taskStates(pid)).toContain("T");
    await sleep(400);
    if (offsetMs !== 0) byVdso().set([pid], offsetMs);
    slow.child.kill("SIGCONT");
    expect((await outcome) !== null).toBe(granted);
  },
);

test("extend: held for longer than its time to live, and each renewal told", async () => {
  const [a, b] = await connect("extend");
  const grant = await granted(a.acquire(lock, { ttlMs: 1_000 }));
  expect(await b.acquire(lock, { ttlMs: 1_000, waitMs: 2_500 })).toBeNull();
  expect(grant.renewals.length).toBeGreaterThanOrEqual(4);
  for (const { sentMs, validUntilMs } of grant.renewals)
    expect(validUntilMs - sentMs).toBeCloseTo(1_000 - 12, 3);
  expect(await grant.release()).toBe("released");
});

test("a server tells its wall clock", async () => {
  const [server] = locks.cluster.servers;
  expect(Math.abs((await here.clock(`${server?.address}:6379`)) - Date.now())).toBeLessThan(10_000);
});

describe("a server of the majority that restarts while the lock is held", () => {
  /** A holds on 1, 2 and 3, since 4 and 5 are down; they come back, and 3 restarts. Whether B is let in beside A. */
  async function letsIn(settings: Readonly<Record<string, string>>): Promise<boolean> {
    const own = await startLocks(redlock, { drivers: 1, settings });
    onTestFinished(() => own.stop());
    const [driver] = own.drivers as [Driver];
    const [a, b] = [await driver.connect("redlock"), await driver.connect("redlock")];
    const [third, ...down] = own.cluster.servers.slice(2) as [Node, Node, Node];
    await Promise.all(down.map((node) => node.kill("SIGKILL")));
    const first = await granted(a.acquire(lock, { ttlMs: 60_000, waitMs: 2_000 }));
    await third.kill("SIGKILL");
    await Promise.all([third, ...down].map((node) => node.start()));
    await own.ready();
    const second = await b.acquire(lock, { waitMs: 2_000 });
    expect(nowMs()).toBeLessThan(first.validUntilMs ?? 0);
    return second !== null;
  }

  test("with less than it had: a second holder", async () => expect(await letsIn({})).toBe(true));
  test("with all that it had: none", async () =>
    expect(await letsIn({ appendonly: "yes", appendfsync: "always" })).toBe(false));
});
