import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { grantId, nanos, type NemesisEvent } from "../src/history/event.js";
import { aimAt, drawn } from "./aim.js";
import { runSchedule } from "./schedule.js";
import { bareFault, bareField, orderFor } from "./testing/order.js";
import {
  Unconfirmed,
  type AimedHolder,
  type Battlefield,
  type Nemesis,
  type PlannedFault,
  type Phase,
} from "./types.js";

const { servers } = bareField;
const field: Battlefield = { ...bareField, leader: () => Promise.resolve(servers[1] ?? null) };
const signal = new AbortController().signal;
const about = { nth: 0, timeoutMs: 100, signal } as const;
const aimed = (target: string, phase: Phase | null = null) => ({ target, phase, client: null, pick: 0.5 });

async function hit(target: string, nth = 0): Promise<readonly string[] | string> {
  const aim = await aimAt(aimed(target, target === "holder" ? "before-write" : null), field, {
    ...about,
    nth,
  });
  return aim.hosts ? aim.hosts.map((host) => host.name) : aim.why;
}

describe("aim", () => {
  test("finds whom a target names", async () => {
    expect(await hit("leader")).toEqual(["n2"]);
    expect(await hit("one")).toEqual(["n2"]);
    expect(await hit("clients")).toEqual(["c2"]);
    expect(await hit("minority")).toEqual(["n2"]);
    expect(await hit("majority")).toEqual(["n2", "n3"]);
    expect(await hit("all")).toEqual(["n1", "n2", "n3"]);
    expect(await hit("c1")).toEqual(["c1"]);
    expect(await hit("n3,c1")).toEqual(["n3", "c1"]);
    expect(await hit("n3,n9")).toMatch(/no node n9/);
    expect(await hit("n9")).toMatch(/no node n9/);
    expect(await hit("holder")).toMatch(/no holder/);
  });

  test("takes the servers in turn, the leader's turn too", async () => {
    const turns = await Promise.all([0, 1, 2, 3].map((nth) => hit("servers", nth)));
    expect(turns.flat()).toEqual(["n1", "n2", "n3", "n1"]);
  });

  test("looks for a leader now and then, and stops when the run ends", async () => {
    let looks = 0;
    const leader = () => Promise.resolve((looks += 1) > 3 ? (servers[0] ?? null) : null);
    const aim = await aimAt(aimed("leader"), { ...field, leader }, about);
    expect(aim.hosts?.map(({ name }) => name)).toEqual(["n1"]);

    // Nobody answers at all: everything else on the event loop must go on, the end of the run first.
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 20);
    const since = performance.now();
    const nobody = { ...field, leader: () => Promise.resolve(null) };
    expect((await aimAt(aimed("leader"), nobody, { ...about, signal: ending.signal })).hosts).toBeNull();
    expect(performance.now() - since).toBeLessThan(1_000);
  });

  test("hits others at the moment a holder reaches a phase, and lets it go on where there is nobody to hit", async () => {
    let gone = 0;
    const asked: unknown[] = [];
    const holder = (phase: Phase, { client }: { readonly client?: string }): Promise<AimedHolder> => {
      asked.push([phase, client]);
      return Promise.resolve({
        client: "c2",
        lock: "lock-1",
        grant: grantId("2.1"),
        session: "s1",
        go: () => void (gone += 1),
      });
    };
    const aim = await aimAt({ ...aimed("leader", "granted"), client: "c2" }, { ...field, holder }, about);
    expect(aim.hosts?.map(({ name }) => name)).toEqual(["n2"]);
    expect(aim).toMatchObject({
      holder: { session: "s1" },
      about: expect.stringContaining("c2 held lock-1"),
    });
    expect(asked).toEqual([["granted", "c2"]]);
    expect(gone).toBe(0);
    expect((await aimAt(aimed("n9", "granted"), { ...field, holder }, about)).hosts).toBeNull();
    expect(gone).toBe(1);
  });

  test("draws neighbours in a ring, never more than there are", () => {
    const names = (count: number, pick: number) => drawn(servers, count, pick).map((host) => host.name);
    expect(names(2, 0.99)).toEqual(["n3", "n1"]);
    expect(names(9, 0)).toEqual(["n1", "n2", "n3"]);
  });
});

describe("schedule", () => {
  /** One after the one before, unless `after` says otherwise. */
  const fault = (
    id: string,
    atMs: number,
    durationMs: number,
    more: Partial<PlannedFault> = {},
  ): PlannedFault => ({
    ...bareFault,
    id,
    atMs,
    durationMs,
    after: id === "f1" ? null : `f${Number(id.slice(1)) - 1}`,
    ...more,
  });

  async function play(
    faults: readonly PlannedFault[],
    inject: Nemesis["inject"],
    runMs: number,
    stopAfterMs?: number,
  ) {
    for (const log of [journal, recovered, inEffect]) log.length = 0;
    const events = recorded;
    events.length = 0;
    const origin = process.hrtime.bigint();
    const stop = new AbortController();
    if (stopAfterMs !== undefined) setTimeout(() => stop.abort(), stopAfterMs);
    const fake: Nemesis = {
      name: "pause",
      description: "",
      colour: "",
      shapes: { usual: { description: "", targets: ["one"] } },
      bare: "first",
      parameters: {},
      lasts: () => ({ min: 1, max: 1 }),
      available: () => Promise.resolve(true),
      inject,
      undo: () => Promise.resolve(""),
    };
    await runSchedule({
      faults,
      nemeses: { fake },
      means: { ...orderFor([]), field },
      journal: {
        fault: ({ id }, undo) => journal.push(`${id} noted ${String(undo)}`),
        healed: ({ id }) => journal.push(`${id} healed`),
      },
      recovered: async ({ id }, disturbed) => {
        recovered.push(id);
        await sleep(RECOVERS_MS, undefined, { signal: disturbed }).catch(() =>
          recovered.push(`${id} disturbed`),
        );
      },
      origin,
      end: origin + BigInt(runMs) * 1_000_000n,
      record: (event) => events.push(event),
      at: (instant) => nanos(Number(instant - origin)),
      onFault: (all) => inEffect.push(all.length),
      signal: stop.signal,
    });
    return events.map((event) => `${event.fault} ${event.f} ${event.type}`);
  }
  const RECOVERS_MS = 400;
  const recorded: Omit<NemesisEvent, "time" | "process">[] = [];
  const journal: string[] = [];
  const recovered: string[] = [];
  const inEffect: number[] = [];
  const works =
    (healed: string[]): Nemesis["inject"] =>
    ({ hosts, note }) => {
      note("something");
      return Promise.resolve({
        from: process.hrtime.bigint(),
        evidence: "seen",
        heal: () => {
          healed.push(hosts.map((host) => host.name).join());
          return Promise.resolve("gone");
        },
      });
    };

  test("what failed and may have had its effect all the same is told as open, with whom it may have hit", async () => {
    const fails = () => Promise.reject(new Unconfirmed("no answer", { session: "s1" }));
    const told = await play([fault("f1", 0, 20)], fails, 1_000);
    expect(told).toEqual(["f1 fake invoke", "f1 fake info"]);
    expect(recorded.at(-1)).toMatchObject({ nodes: ["n1"], session: "s1", error: "no answer" });
    expect(recorded.at(-1)?.from).toBeGreaterThan(0);
    await play([fault("f1", 0, 20)], () => Promise.reject(new Error("no")), 1_000);
    expect(recorded.at(-1)).toEqual({
      f: "fake",
      fault: "f1",
      nemesis: "fake",
      target: "one",
      type: "fail",
      error: "no",
    });
  });
  test("one after the other: asked, verified, healed", async () => {
    const healed: string[] = [];
    const told = await play([fault("f1", 0, 20), fault("f2", 10, 20)], works(healed), 1_000);
    const story = (id: string) => [
      `${id} fake invoke`,
      `${id} fake ok`,
      `${id} heal invoke`,
      `${id} heal ok`,
    ];
    expect(told).toEqual([...story("f1"), ...story("f2")]);
    expect(healed).toEqual(["n1", "n1"]);
    expect(recovered).toEqual(["f1", "f2"]);
    expect(inEffect).toEqual([1, 0, 1, 0]);
    expect(journal).toEqual(["f1 noted something", "f1 healed", "f2 noted something", "f2 healed"]);
  });

  test("over one another where they may: the service has to recover when none is left", async () => {
    const told = await play(
      [fault("f1", 0, 60), fault("f2", 10, 200, { after: null }), fault("f3", 20, 10)],
      works([]),
      1_000,
    );
    expect(told.filter((line) => line.endsWith("ok"))).toEqual([
      "f1 fake ok",
      "f2 fake ok",
      "f1 heal ok",
      "f2 heal ok",
      "f3 fake ok",
      "f3 heal ok",
    ]);
    expect(recovered).toEqual(["f2", "f3"]);
  });

  test("it cannot recover from one fault while the next one lands", async () => {
    const apart = [fault("f1", 0, 20), fault("f2", 20 + RECOVERS_MS / 2, 20, { after: null })];
    await play(apart, works([]), 5_000);
    expect(recovered).toEqual(["f1", "f1 disturbed", "f2"]);
    const over = [fault("f1", 0, 60), fault("f2", 30, 20, { after: null })];
    const slowly: Nemesis["inject"] = async (order) => {
      if (order.fault.id === "f2") await sleep(100);
      return await works([])(order);
    };
    await play(over, slowly, 5_000);
    expect(recovered).toEqual(["f2"]);
  });

  test("a fault that cannot be healed rejects, once all others are", async () => {
    let nth = 0;
    const inject: Nemesis["inject"] = () => {
      nth += 1;
      const mine = nth;
      return Promise.resolve({
        from: process.hrtime.bigint(),
        evidence: "seen",
        heal: () => (mine === 1 ? Promise.reject(new Error("stuck")) : Promise.resolve("gone")),
      });
    };
    await expect(
      play([fault("f1", 0, 10), fault("f2", 0, 100, { after: null })], inject, 1_000),
    ).rejects.toThrow("stuck");
    expect(journal).toEqual(["f2 healed"]);
  });

  test("the end of the run heals what is in effect and begins nothing more", async () => {
    const healed: string[] = [];
    const told = await play([fault("f1", 0, 5_000), fault("f2", 20, 20)], works(healed), 10_000, 50);
    expect(told).toEqual(["f1 fake invoke", "f1 fake ok", "f1 heal invoke", "f1 heal ok"]);
    expect(healed).toEqual(["n1"]);
  });

  test("what does not land is an event with its reason, and the next one is tried", async () => {
    const told = await play(
      [fault("f1", 0, 10), fault("f2", 0, 10, { target: "n9" })],
      () => Promise.reject(new Error("no")),
      1_000,
    );
    expect(told).toEqual(["f1 fake invoke", "f1 fake fail", "f2 fake invoke", "f2 fake fail"]);
  });

  test("a fault that the run's end would cut short is not begun", async () => {
    expect(await play([fault("f1", 0, 500)], works([]), 400)).toEqual(["f1 fake invoke", "f1 fake fail"]);
  });
});
