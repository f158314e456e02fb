import { describe, expect, test } from "vitest";
import { nanos, type NemesisEvent } from "../src/history/event.js";
import { aimAt, drawn, type Battlefield } from "./aim.js";
import { runSchedule } from "./schedule.js";
import { bareHost } from "./testing/hosts.js";
import type { Nemesis, PlannedFault } from "./types.js";

const servers = ["n1", "n2", "n3"].map((name) => bareHost(name, "server"));
const clients = ["c1", "c2"].map((name) => bareHost(name, "client"));
const field: Battlefield = {
  servers,
  clients,
  leader: () => Promise.resolve(servers[1] ?? null),
  holder: () => Promise.resolve(null),
};
const signal = new AbortController().signal;
const about = { phase: "before-write", pick: 0.5, nth: 0, timeoutMs: 100, signal } as const;

async function hit(
  target: string,
  more: Partial<typeof about> & { nth?: number } = {},
): Promise<readonly string[] | string> {
  const aim = await aimAt(target, field, { ...about, ...more });
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
    expect(await hit("n9")).toMatch(/no node n9/);
    expect(await hit("holder")).toMatch(/no holder/);
  });

  test("takes the servers in turn, the leader's turn too", async () => {
    const turns = await Promise.all([0, 1, 2, 3].map((nth) => hit("servers", { nth } as never)));
    expect(turns.flat()).toEqual(["n1", "n2", "n3", "n1"]);
  });

  test("looks for a leader now and then, and stops when the run ends", async () => {
    let looks = 0;
    const leader = () => Promise.resolve((looks += 1) > 3 ? (servers[0] ?? null) : null);
    const aim = await aimAt("leader", { ...field, leader }, about);
    expect(aim.hosts?.map(({ name }) => name)).toEqual(["n1"]);

    // Nobody answers at all: everything else on the event loop must go on, the end of the run first.
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 20);
    const since = performance.now();
    const nobody = { ...field, leader: () => Promise.resolve(null) };
    expect((await aimAt("leader", nobody, { ...about, signal: ending.signal })).hosts).toBeNull();
    expect(performance.now() - since).toBeLessThan(1_000);
  });

  test("draws neighbours in a ring, never more than there are", () => {
    const names = (count: number, pick: number) => drawn(servers, count, pick).map((host) => host.name);
    expect(names(2, 0.99)).toEqual(["n3", "n1"]);
    expect(names(9, 0)).toEqual(["n1", "n2", "n3"]);
  });
});

describe("schedule", () => {
  const fault = (id: string, atMs: number, durationMs: number, target = "one"): PlannedFault => ({
    id,
    nemesis: "fake",
    target,
    phase: "before-write",
    atMs,
    durationMs,
    pick: 0,
  });

  async function play(
    faults: readonly PlannedFault[],
    inject: Nemesis["inject"],
    runMs: number,
    stopAfterMs?: number,
  ) {
    const events: Omit<NemesisEvent, "time" | "process">[] = [];
    const origin = process.hrtime.bigint();
    const stop = new AbortController();
    if (stopAfterMs !== undefined) setTimeout(() => stop.abort(), stopAfterMs);
    const fake: Nemesis = {
      name: "pause",
      description: "",
      colour: "",
      available: () => Promise.resolve(true),
      inject,
    };
    await runSchedule({
      faults,
      nemeses: { fake },
      field,
      origin,
      end: origin + BigInt(runMs) * 1_000_000n,
      record: (event) => events.push(event),
      at: (instant) => nanos(Number(instant - origin)),
      onFault: () => {},
      signal: stop.signal,
    });
    return events.map((event) => `${event.fault} ${event.f} ${event.type}`);
  }
  const works =
    (healed: string[]): Nemesis["inject"] =>
    (hosts) =>
      Promise.resolve({
        from: process.hrtime.bigint(),
        evidence: "seen",
        heal: () => {
          healed.push(hosts.map((host) => host.name).join());
          return Promise.resolve("gone");
        },
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
  });

  test("the end of the run heals what is in effect and begins nothing more", async () => {
    const healed: string[] = [];
    const told = await play([fault("f1", 0, 5_000), fault("f2", 20, 20)], works(healed), 10_000, 50);
    expect(told).toEqual(["f1 fake invoke", "f1 fake ok", "f1 heal invoke", "f1 heal ok"]);
    expect(healed).toEqual(["n1"]);
  });

  test("what does not land is an event with its reason, and the next one is tried", async () => {
    const told = await play(
      [fault("f1", 0, 10), fault("f2", 0, 10, "n9")],
      () => Promise.reject(new Error("no")),
      1_000,
    );
    expect(told).toEqual(["f1 fake invoke", "f1 fake fail", "f2 fake invoke", "f2 fake fail"]);
  });

  test("a fault that the run's end would cut short is not begun", async () => {
    expect(await play([fault("f1", 0, 500)], works([]), 400)).toEqual(["f1 fake invoke", "f1 fake fail"]);
  });
});
