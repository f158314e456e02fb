import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Nemesis } from "../../nemesis/types.js";
import { outlasting } from "../../nemesis/lasts.js";
import { workloads } from "../../workloads/index.js";
import { LockjepsenError } from "../error.js";
import type { RunOptions } from "./options.js";
import { makePlan } from "./plan.js";
import { parseSchedule } from "./schedule-file.js";
import { led, paper } from "./testing/backend.js";

function nemesis(name: Nemesis["name"], changes: Partial<Nemesis> = {}): Nemesis {
  const unused = () => Promise.reject(new Error("nothing is injected here"));
  return {
    name,
    description: "",
    colour: "",
    shapes: { usual: { description: "", targets: ["holder", "one", "leader"] } },
    bare: "first",
    parameters: {},
    lasts: outlasting,
    available: () => Promise.resolve(true),
    inject: unused,
    undo: unused,
    ...changes,
  };
}

const nemeses = {
  pause: nemesis("pause"),
  partition: nemesis("partition", {
    workload: "leader",
    bare: "drawn",
    shapes: {
      isolate: { description: "", targets: ["one", "holder"] },
      halves: { description: "", targets: ["all"], leastServers: 2 },
      leaderless: { description: "", targets: ["leader"] },
    },
  }),
  slow: nemesis("slow", {
    bare: "drawn",
    shapes: {
      all: { description: "", targets: ["all"] },
      one: { description: "", targets: ["one"] },
      held: { description: "", targets: ["holder"] },
    },
  }),
  clock: nemesis("clock", {
    parameters: {
      held: { description: "", default: "no", targets: ["holder"], draw: (text) => text },
      offset: {
        description: "",
        default: "1s-2s",
        draw(text, random) {
          if (!text.endsWith("s")) throw new LockjepsenError("usage", `"${text}" is no offset`, "write 1s");
          return Math.round(random.between(1_000, 2_000));
        },
      },
    },
  }),
  session: nemesis("session", {
    shapes: { end: { description: "", targets: ["holder"], phase: "in-flight", needs: "endSession" } },
  }),
  kill: nemesis("kill", {
    shapes: {
      restart: { description: "", targets: ["one"] },
      stay: { description: "", targets: ["holder"], toTheEnd: true },
      wipe: { description: "", targets: ["one"], needs: "startsEmpty" },
    },
  }),
  failover: nemesis("failover", {
    shapes: { promote: { description: "", targets: ["leader"], phase: "granted" } },
  }),
};

const plan = (options: Partial<RunOptions> = {}, backend = led) =>
  makePlan(
    { backend: "paper", seed: 1, durationMs: 120_000, ...options },
    { backend, nemeses, workloads, runtime: "local", version: "0.0.0" },
  );
const refused = (options: Partial<RunOptions>, backend = led): string => {
  try {
    plan(options, backend);
  } catch (error) {
    if (error instanceof LockjepsenError && error.code === "usage") return `${error.message}; ${error.hint}`;
    throw error;
  }
  return "not refused";
};

it("a service without servers has nothing to be cut off from, which the plan says", async () => {
  const [{ default: file }, { nemeses: ours }] = await Promise.all([
    import("../backends/file.js"),
    import("../../nemesis/index.js"),
  ]);
  const parts = { backend: file, nemeses: ours, workloads, runtime: "local", version: "0.0.0" } as const;
  for (const nemesis of ["partition", "slow", "late-reply", "lost-reply"])
    expect(() => makePlan({ backend: "file", nemesis, seed: 1 }, parts)).toThrow(
      /needs (1 server|2 servers), and file has none/,
    );
  expect(makePlan({ backend: "file", nemesis: "pause", seed: 1 }, parts).faults).not.toHaveLength(0);
});

describe("several nemeses", () => {
  it("have their turn each, one after the other, in another order each time", () => {
    const { faults, judge, command } = plan({ nemesis: "pause,clock" });
    const names = faults.map((fault) => fault.nemesis);
    expect(names.length).toBeGreaterThan(10);
    for (let i = 0; i + 1 < names.length; i += 2)
      expect(names.slice(i, i + 2).toSorted()).toEqual(["clock", "pause"]);
    expect(new Set(names.map((name, i) => (i % 2 === 0 ? name : "")))).toEqual(
      new Set(["", "clock", "pause"]),
    );
    expect(faults.map(({ after }) => after)).toEqual([null, ...faults.slice(0, -1).map(({ id }) => id)]);
    expect(judge.nemeses).toEqual(["pause", "clock"]);
    expect(command).toContain("--nemesis pause,clock");
  });

  it("overlap where they may", () => {
    const { faults, command } = plan({ nemesis: "pause,clock", overlap: true, intervalMs: 1_000 });
    expect(faults.every(({ after }) => after === null)).toBe(true);
    expect(faults.slice(1).map(({ atMs }, i) => atMs - (faults[i]?.atMs ?? 0))).toEqual(
      faults.slice(1).map(() => 1_000),
    );
    expect(command).toContain("--overlap");
  });

  it("are all those that the service has a use for", () => {
    expect(plan({ nemesis: "all" }).judge.nemeses).toEqual([
      "pause",
      "partition",
      "slow",
      "clock",
      "kill",
      "failover",
    ]);
    expect(plan({ nemesis: "all" }, paper).judge.nemeses).toEqual([
      "pause",
      "partition",
      "slow",
      "clock",
      "kill",
    ]);
    expect(plan({ nemesis: "all", target: "holder" }).judge.nemeses).toEqual([
      "pause",
      "partition",
      "slow",
      "clock",
    ]);
  });
});

describe("a fault that lasts to the end", () => {
  it("comes once, ends with the clients' work, and the others do not wait for it", () => {
    const { faults } = plan({ nemesis: "pause,kill:stay" });
    const [stay, ...more] = faults.filter(({ shape }) => shape === "stay");
    expect(more).toEqual([]);
    expect((stay?.atMs ?? 0) + (stay?.durationMs ?? 0)).toBe(119_000);
    expect(faults.length).toBeGreaterThan(10);
    expect(faults.some(({ after }) => after === stay?.id)).toBe(false);
  });

  it("alone is the only one", () => {
    expect(plan({ nemesis: "kill:stay" }).faults).toHaveLength(1);
  });
});

describe("shapes", () => {
  it("that a server without its data cannot come back from are refused", () => {
    expect(refused({ nemesis: "kill:wipe" })).toMatch(
      /paper offers no way back for a server without its data/,
    );
    const able = { ...led, startsEmpty: true } as const;
    expect(plan({ nemesis: "kill:wipe" }, able).faults.length).toBeGreaterThan(0);
  });

  it("are drawn where the bare name means any of them, else the first", () => {
    const shapes = plan({ nemesis: "partition", durationMs: 600_000 }).faults.map(({ shape }) => shape);
    expect(new Set(shapes)).toEqual(new Set(["isolate", "halves", "leaderless"]));
    expect(
      new Set(plan({ nemesis: "partition:halves" }).faults.map(({ shape, target }) => `${shape} ${target}`)),
    ).toEqual(new Set(["halves all"]));
  });

  it("take turns, and the holder's is first: a short run asks something of the lock", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { faults } = plan({ nemesis: "slow", durationMs: 600_000, seed });
        expect(faults[0]).toMatchObject({ shape: "held", target: "holder" });
        const rounds = Array.from({ length: Math.floor(faults.length / 3) }, (_, round) =>
          faults.slice(3 * round, 3 * round + 3).map(({ shape }) => shape),
        );
        expect(rounds.length).toBeGreaterThan(10);
        for (const round of rounds) expect(new Set(round).size).toBe(3);
        expect(new Set(rounds.map(String)).size).toBeGreaterThan(1);
      }),
      { numRuns: 20 },
    );
  });

  it("of which the service has no use are not drawn, and refused when asked for by name", () => {
    const drawn = (options: Partial<RunOptions>, backend = led) =>
      new Set(
        plan({ nemesis: "partition", durationMs: 600_000, ...options }, backend).faults.map(
          ({ shape }) => shape,
        ),
      );
    expect(drawn({}, paper)).toEqual(new Set(["isolate", "halves"]));
    expect(drawn({ nodes: 1 })).toEqual(new Set(["isolate", "leaderless"]));
    expect(drawn({ target: "holder" })).toEqual(new Set(["isolate"]));
    expect(drawn({ target: "n1,n2" })).toEqual(new Set(["isolate", "halves", "leaderless"]));
    expect(refused({ nemesis: "partition:halves", nodes: 1 })).toMatch(
      /needs 2 servers, and paper has 1.*--nodes 2/,
    );
    expect(refused({ nemesis: "partition:leaderless" }, paper)).toMatch(/there is nobody to hit/);
    expect(refused({ nemesis: "session" })).toMatch(/paper offers no way to end a client's session/);
    expect(refused({ nemesis: "partition:ring" })).toMatch(
      /unknown shape of partition "ring".*isolate, halves/,
    );
    expect(refused({ nemesis: "partition:halves", target: "holder" })).toMatch(
      /cannot hit holder; take --target all/,
    );
    expect(refused({ nemesis: "failover", target: "c1" })).toMatch(/cannot hit c1/);
  });

  it("say where in a hold they land, unless asked otherwise", () => {
    const first = (options: Partial<RunOptions>) => plan(options).faults[0];
    expect(first({ nemesis: "failover" })).toMatchObject({ target: "leader", phase: "granted" });
    expect(first({ nemesis: "failover", phase: "before-release" })).toMatchObject({
      phase: "before-release",
    });
    expect(first({ nemesis: "pause" })).toMatchObject({ target: "holder", phase: "before-write" });
    expect(first({ nemesis: "pause", target: "one" })).toMatchObject({ target: "one", phase: null });
  });

  it("may want another workload", () => {
    expect(plan({ nemesis: "pause" }).workload).toBe("set");
    expect(plan({ nemesis: "pause,partition" })).toMatchObject({ workload: "leader" });
    const asked = plan({ nemesis: "partition", workload: "set" });
    expect(asked.workload).toBe("set");
    expect(asked.command).toContain("--workload set");
  });
});

describe("parameters", () => {
  it("are drawn for each fault from what was typed or is usual", () => {
    const { faults, command } = plan({ nemesis: "clock", fault: { "clock.offset": "1s-5s" } });
    expect(new Set(faults.map(({ parameters }) => parameters["offset"])).size).toBeGreaterThan(3);
    expect(command).toContain("--fault clock.offset=1s-5s");
  });

  it("that are unknown, or mean nothing, are refused", () => {
    expect(refused({ nemesis: "clock", fault: { "clock.ofset": "1s" } })).toMatch(
      /no "clock.ofset"; did you mean "clock.offset"/,
    );
    expect(refused({ nemesis: "clock", fault: { "clock.offset": "much" } })).toMatch(/"much" is no offset/);
    expect(refused({ nemesis: "pause", fault: { "clock.offset": "1s" } })).toMatch(/have nothing to set/);
    expect(refused({ fault: { "clock.offset": "1s" } })).toMatch(/--fault without a nemesis/);
    expect(refused({ nemesis: "clock", target: "one", fault: { "clock.held": "yes" } })).toMatch(
      /clock.held=yes means nothing for --target one; take --target holder/,
    );
    expect(refused({ nemesis: "clock", target: "one", fault: { "clock.held": "no" } })).toBe("not refused");
  });
});

describe("a schedule", () => {
  const scheduled = (faults: readonly object[], options: Partial<RunOptions> = {}) =>
    plan({ schedule: parseSchedule(JSON.stringify({ version: 1, faults }), "faults.json"), ...options });
  const refusal = (faults: readonly object[], options: Partial<RunOptions> = {}): string => {
    try {
      scheduled(faults, options);
    } catch (error) {
      if (error instanceof LockjepsenError && error.code === "usage") return error.message;
      throw error;
    }
    return "not refused";
  };
  const first = { nemesis: "pause", target: "n1,n2", atMs: "1.5s", durationMs: 5_000 };

  it("is done as it is written", () => {
    const { faults, command, judge } = scheduled([
      first,
      {
        nemesis: "clock",
        target: "n3",
        phase: "granted",
        client: "c1",
        atMs: 2_000,
        durationMs: "1s",
        after: "f1",
      },
    ]);
    expect(faults).toMatchObject([
      {
        id: "f1",
        nemesis: "pause",
        shape: "usual",
        target: "n1,n2",
        phase: null,
        atMs: 1_500,
        durationMs: 5_000,
        after: null,
      },
      {
        id: "f2",
        target: "n3",
        phase: "granted",
        client: "c1",
        durationMs: 1_000,
        after: "f1",
        parameters: { offset: expect.any(Number) },
      },
    ]);
    expect(judge.nemeses).toEqual(["pause", "clock"]);
    expect(command).toContain("--schedule faults.json");
  });

  it("may be the plan of an earlier run", () => {
    const earlier = plan({ nemesis: "pause,partition,failover" });
    const again = plan({ schedule: parseSchedule(JSON.stringify(earlier), "plan.json"), seed: 2 });
    expect(again.faults).toEqual(earlier.faults);
  });

  it("with something wrong in it is refused by the field's name", () => {
    expect(refusal([{ ...first, duration: "5s" }])).toMatch(
      /faults.json cannot be used: faults\[0\]: .*"duration"/,
    );
    expect(refusal([{ ...first, atMs: "soon" }])).toMatch(/faults\[0\].atMs: .*"soon" is no duration/);
    expect(refusal([{ ...first, phase: "late" }])).toMatch(/faults\[0\].phase/);
    expect(refusal([])).toMatch(/faults: /);
    expect(refusal([{ ...first, nemesis: "meteor" }])).toMatch(/unknown nemesis "meteor"/);
    expect(refusal([{ ...first, target: "n9" }])).toMatch(/unknown target "n9"/);
    expect(refusal([{ ...first, target: "n1,n1" }])).toMatch(/the target names n1 twice/);
    expect(refusal([{ ...first, client: "c9" }])).toMatch(/unknown client "c9"/);
    expect(refusal([{ ...first, after: "f2" }])).toMatch(/comes after f2, which is not before it/);
    expect(refusal([{ ...first, durationMs: "5m" }])).toMatch(/f1 ends at .*after the run/);
    expect(refusal([first], { nemesis: "pause" })).toMatch(/--nemesis and --schedule/);
    expect(() => parseSchedule("{", "x.json")).toThrow(/x.json cannot be used/);
  });
});
