import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nemeses } from "../../nemesis/index.js";
import { outlasting } from "../../nemesis/lasts.js";
import { PHASES, TARGETS } from "../../nemesis/types.js";
import { workloads } from "../../workloads/index.js";
import { parseBackend } from "./backend.js";
import { shellQuote } from "./command.js";
import { DISCIPLINES, FENCINGS } from "./defaults.js";
import type { RunOptions } from "./options.js";
import { makePlan } from "./plan.js";
import { led, paper } from "./testing/backend.js";
import { planWarnings } from "./warnings.js";

const parts = { backend: led, nemeses, workloads, runtime: "local", version: "0.0.0" } as const;
const plan = (options: Partial<RunOptions> = {}, backend = led) =>
  makePlan({ backend: "paper", seed: 1, ...options }, { ...parts, backend });
/** All of a plan that its seed and options fix. */
const fixed = (full: ReturnType<typeof plan>) => JSON.stringify({ ...full, runId: null, created: null });
const faultsOf = (options: Partial<RunOptions>) => plan({ nemesis: "pause", ...options }).faults;

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const faulty = fc.record({
  nemesis: fc.constant("pause"),
  seed: seeds,
  ttlMs: fc.integer({ min: 1, max: 60 }).map((s) => s * 1_000),
  intervalMs: fc.integer({ min: 1_000, max: 60_000 }),
  durationMs: fc.integer({ min: 1_000, max: 600_000 }),
});

describe("defaults", () => {
  it("is the run the README speaks of", () => {
    expect(plan()).toMatchObject({
      version: 1,
      seed: 1,
      runtime: "local",
      backend: { name: "paper", version: null, nodes: 3, settings: { fsync: "always", heartbeat: "100" } },
      judge: {
        backend: "paper",
        recipe: "mutex",
        ttlMs: 2_000,
        freedWithinMs: 4_000,
        fencing: "off",
        discipline: "trusting",
        workload: "set",
        leastGrants: workloads["set"]?.leastGrants,
        nemeses: [],
        locks: ["lock-1"],
        clients: ["c1", "c2", "c3", "c4", "c5"],
        servers: ["n1", "n2", "n3"],
      },
      holdMs: { min: 0, max: 500 },
      waitMs: 10_000,
      clients: 5,
      durationMs: 60_000,
      faults: [],
      recoverMs: 30_000,
      command: "npx lockjepsen run --backend paper --seed 1",
    });
  });

  it("aims a fault at the holder, before its write", () => {
    expect(plan({ nemesis: "pause" }).faults[0]).toMatchObject({
      id: "f1",
      nemesis: "pause",
      target: "holder",
      phase: "before-write",
    });
  });

  it("gives a service that takes longer to recover as long as it needs", () => {
    expect(plan({}, { ...led, recoversWithinMs: 60_000 }).recoverMs).toBe(60_000);
  });

  it("waits five leases where they are long", () => {
    expect(plan({ ttlMs: 10_000 }).waitMs).toBe(50_000);
  });
});

describe("seeds", () => {
  it("give the same plan byte for byte, but for its id and date", () => {
    fc.assert(
      fc.property(faulty, (options) => {
        expect(fixed(plan(options))).toBe(fixed(plan(options)));
      }),
    );
  });

  it("are drawn where none is given, and stand in the plan and its command", () => {
    const drawn = [0, 1].map(() => makePlan({ backend: "paper" }, parts));
    expect(drawn[0]?.seed).not.toBe(drawn[1]?.seed);
    for (const each of drawn)
      expect(each.command).toBe(`npx lockjepsen run --backend paper --seed ${each.seed}`);
  });

  it("side by side give plans that have nothing in common", () => {
    const first = Array.from({ length: 200 }, (_, seed) => plan({ nemesis: "pause", seed }).faults[0]);
    const mean = (of: (fault: NonNullable<(typeof first)[0]>) => number) =>
      first.reduce((sum, fault) => sum + (fault ? of(fault) : Number.NaN), 0) / first.length;
    const step = first.slice(1).map((fault, i) => Math.abs((fault?.pick ?? 0) - (first[i]?.pick ?? 0)));
    expect(mean((fault) => fault.atMs)).toBeCloseTo(1_500, -2);
    expect(mean((fault) => fault.pick)).toBeCloseTo(0.5, 1);
    // Two independent numbers in [0, 1) lie a third apart in the mean.
    expect(step.reduce((a, b) => a + b, 0) / step.length).toBeCloseTo(1 / 3, 1);
  });

  it.each([-1, 1.5, 2 ** 32, Number.NaN])("refuses %d", (seed) => {
    expect(() => plan({ seed })).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringContaining("--seed") }),
    );
  });
});

describe("faults", () => {
  it("fit whole into the run, last 1.5 to 2.5 leases and a second past one, and never touch", () => {
    fc.assert(
      fc.property(faulty, (options) => {
        const { faults } = plan(options);
        const lasts = outlasting(options.ttlMs);
        for (const [i, fault] of faults.entries()) {
          expect(fault.id).toBe(`f${i + 1}`);
          expect(fault.atMs + fault.durationMs).toBeLessThanOrEqual(options.durationMs);
          expect(fault.durationMs).toBeGreaterThanOrEqual(
            Math.max(1.5 * options.ttlMs, options.ttlMs + 1_000),
          );
          expect(fault.durationMs).toBeLessThanOrEqual(lasts.max);
          expect(fault.pick >= 0 && fault.pick < 1).toBe(true);
          const before = faults[i - 1];
          const earliest = before ? before.atMs + before.durationMs + 500 : 1_000;
          expect(fault.atMs).toBeGreaterThanOrEqual(earliest);
          expect(i > 0 || fault.atMs <= 2_000).toBe(true);
        }
        expect(faults.length > 0 || options.durationMs < 2_000 + lasts.max).toBe(true);
      }),
    );
  });

  it("come every interval where they are short, and half a second after the last where they are long", () => {
    const calm = faultsOf({ ttlMs: 2_000, intervalMs: 10_000 });
    for (const [i, fault] of calm.entries()) expect(fault.atMs).toBe((calm[0]?.atMs ?? 0) + i * 10_000);
    expect(calm.length).toBe(6);
    const dense = faultsOf({ ttlMs: 10_000, intervalMs: 5_000, durationMs: 300_000 });
    for (const [i, fault] of dense.slice(1).entries())
      expect(fault.atMs).toBe((dense[i]?.atMs ?? 0) + (dense[i]?.durationMs ?? 0) + 500);
  });

  it("begin alike in a short and in a long run of one seed", () => {
    const short = plan({ nemesis: "pause", durationMs: 30_000 }).faults;
    expect(plan({ nemesis: "pause", durationMs: 90_000 }).faults.slice(0, short.length)).toEqual(short);
    expect(short.length).toBeGreaterThan(2);
  });

  it("have time for four or more where nobody says how long the run takes, which is a minute or longer", () => {
    const lengths = fc.record({ ttl: fc.integer({ min: 1, max: 60 }), seed: seeds });
    fc.assert(
      fc.property(lengths, ({ ttl, seed }) => {
        const { faults, durationMs } = plan({ nemesis: "pause", ttlMs: ttl * 1_000, seed });
        expect(faults.length).toBeGreaterThanOrEqual(4);
        expect(durationMs).toBeGreaterThanOrEqual(60_000);
      }),
    );
    const long = { nemesis: "pause", ttlMs: 10_000, seed: 1 };
    const durations = [
      {},
      { nemesis: "pause" },
      long,
      { nemesis: "pause", faultMs: { min: 50_000, max: 50_000 } },
    ];
    expect(durations.map((options) => plan(options).durationMs)).toEqual([60_000, 60_000, 110_000, 260_000]);
    expect(plan(long).command).not.toContain("--duration");
    expect(plan({ ...long, durationMs: 60_000 }).command).toContain("--duration 60s");
    const days = { min: 3 * 24 * 3_600_000, max: 3 * 24 * 3_600_000 };
    expect(plan({ nemesis: "pause", faultMs: days }).faults).toHaveLength(2);
  });

  it("are none in three seconds, which is told before the run", () => {
    fc.assert(
      fc.property(seeds, (seed) => plan({ nemesis: "pause", durationMs: 3_000, seed }).faults.length === 0),
    );
    expect(planWarnings(plan({ nemesis: "pause", durationMs: 3_000 }))).toEqual([
      expect.stringMatching(/no pause fits into 3s.*too weak.*--duration 10s/),
    ]);
    expect(planWarnings(plan({ nemesis: "pause" }))).toEqual([]);
    expect(planWarnings(plan({ durationMs: 3_000 }))).toEqual([]);
    expect(planWarnings(plan({ concurrency: 1 }))).toEqual([expect.stringContaining("--concurrency 2")]);
  });
});

describe("the command that repeats it", () => {
  it("says all that differs from the defaults, for a shell", () => {
    const options: Partial<RunOptions> = {
      backend: "paper@2.0",
      lock: "blind",
      nemesis: "pause",
      target: "n2",
      intervalMs: 7_500,
      workload: "counter",
      fencing: "writes",
      discipline: "checking",
      set: { "paper.fsync": "every second", "paper.heartbeat": "100" },
      ttlMs: 4_000,
      holdMs: { min: 0, max: 2_000 },
      nodes: 5,
      concurrency: 7,
      locks: 3,
      durationMs: 120_000,
    };
    expect(plan(options).command).toBe(
      "npx lockjepsen run --backend paper@2.0 --lock blind --nemesis pause --target n2 --interval 7500ms " +
        "--workload counter --fencing writes --discipline checking --set 'paper.fsync=every second' --ttl 4s " +
        "--hold 0-2s --nodes 5 --concurrency 7 --locks 3 --duration 120s --seed 1",
    );
  });

  it("quotes any word so that a shell reads it back", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }).filter((word) => !word.includes("\0")),
        (word) => {
          const { stdout } = spawnSync("sh", ["-c", `printf %s ${shellQuote(word)}`], { encoding: "utf8" });
          expect(stdout).toBe(word);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("refuses, and says how to mend it:", () => {
  const refusals: readonly [string, Partial<RunOptions>, RegExp, RegExp][] = [
    [
      "an unknown lock",
      { lock: "mutx" },
      /unknown lock of paper "mutx"/,
      /did you mean "mutex"\? known: mutex, tokenless/,
    ],
    [
      "what is no version",
      { backend: "paper@latest" },
      /"latest" is no version of paper/,
      /paper@1.0, paper@2.0/,
    ],
    ["a shape of all", { nemesis: "all:stop" }, /all has no shapes/, /take --nemesis all/],
    [
      "an unknown nemesis",
      { nemesis: "pauze" },
      /unknown nemesis "pauze"/,
      /did you mean "pause"\? known: none, all, /,
    ],
    [
      "an unknown workload",
      { workload: "sett" },
      /unknown workload "sett"/,
      /did you mean "set"\? known: set, counter/,
    ],
    ["what every object has", { workload: "constructor" }, /unknown workload "constructor"/, /known: set/],
    ["a lease below the range", { ttlMs: 500 }, /--ttl 500ms is out of range for mutex/, /take 1s to 60s/],
    ["a lease above the range", { ttlMs: 61_000 }, /--ttl 61s is out of range/, /take 1s to 60s/],
    [
      "a lease between two steps",
      { ttlMs: 2_500 },
      /--ttl 2500ms: mutex takes leases in steps of 1s/,
      /take 2s or 3s/,
    ],
    ["too many nodes", { nodes: 6 }, /--nodes 6/, /whole number from 1 to 5/],
    ["half a client", { concurrency: 1.5 }, /--concurrency 1.5/, /from 1 to 100/],
    ["too many clients", { concurrency: 101 }, /--concurrency 101/, /from 1 to 100/],
    ["no lock at all", { locks: 0 }, /--locks 0/, /from 1 to 1000/],
    ["no time", { durationMs: 0 }, /--duration 0s/, /take 1s/],
    ["a fault without a pause", { nemesis: "pause", intervalMs: 0 }, /--interval 0s/, /take 1s/],
    [
      "a fence without a token",
      { lock: "tokenless", fencing: "on" },
      /tokenless hands out no token/,
      /--lock mutex or blind/,
    ],
    [
      "guarded writes without one",
      { lock: "tokenless", fencing: "writes" },
      /no token/,
      /--fencing identity/,
    ],
    [
      "an unknown setting",
      { set: { "paper.fsink": "1" } },
      /paper has no setting "paper.fsink"/,
      /did you mean "paper.fsync"/,
    ],
    [
      "another's setting",
      { set: { "other.fsync": "1" } },
      /has no setting "other.fsync"/,
      /known: paper.fsync, paper.heartbeat/,
    ],
    [
      "a node that is not there",
      { nemesis: "pause", target: "n4" },
      /unknown target "n4"/,
      /known: holder.*n1, n2, n3, c1/,
    ],
    [
      "renewals that nobody sees",
      { nemesis: "pause", lock: "blind", phase: "renewing" },
      /renewals cannot be seen/,
      /before-write/,
    ],
    ["a target without a fault", { target: "leader" }, /--target without a nemesis/, /add --nemesis/],
  ];
  it.each(refusals)("%s", (_, options, message, hint) => {
    expect(() => plan(options)).toThrow(
      expect.objectContaining({
        code: "usage",
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    );
  });

  it("a leader where there is none", () => {
    expect(() => plan({ nemesis: "pause", target: "leader" }, paper)).toThrow(/paper has no leader/);
    expect(plan({ nemesis: "pause", target: "leader" }).faults[0]?.target).toBe("leader");
  });

  it("a backend that is no word", () => {
    for (const text of ["", "@3", "a@", "a@b@c", "a b"])
      expect(() => parseBackend(text)).toThrow(expect.objectContaining({ code: "usage" }));
    const parts: readonly [text: string, name: string, version: string | null][] = [
      ["etcd", "etcd", null],
      ["etcd@3.4", "etcd", "3.4"],
      ["./my own/lock.js", "./my own/lock.js", null],
      ["./node_modules/@me/lock.js", "./node_modules/@me/lock.js", null],
      ["./node_modules/@me/lock.js@2.1", "./node_modules/@me/lock.js", "2.1"],
      ["file:///opt/lock.mjs", "file:///opt/lock.mjs", null],
    ];
    for (const [text, name, version] of parts) expect(parseBackend(text)).toEqual({ name, version });
  });
});

it("takes everything it offers", () => {
  for (const version of ["2", "2.0", "2.0.7", "9.9"])
    expect(plan({ backend: `paper@${version}` }).backend.version).toBe(version);
  for (const fencing of FENCINGS) expect(plan({ fencing }).judge.fencing).toBe(fencing);
  for (const discipline of DISCIPLINES) expect(plan({ discipline }).judge.discipline).toBe(discipline);
  for (const target of [...TARGETS, "n1", "c5"])
    expect(plan({ nemesis: "pause", target }).faults[0]?.target).toBe(target);
  for (const phase of PHASES) expect(plan({ nemesis: "pause", phase }).faults[0]?.phase).toBe(phase);
  expect(plan({ lock: "tokenless", fencing: "identity" }).judge.fencing).toBe("identity");
});
