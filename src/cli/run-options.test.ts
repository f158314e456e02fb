import { describe, expect, it } from "vitest";
import { fromEnvironment, blamedVariable, variableOf } from "./environment.js";
import { RUN_OPTIONS, toRunOptions } from "./run-options.js";
import { scheduleOptions } from "./schedule.js";

describe("what is typed", () => {
  it("a schedule of ours brings its backend along, and is refused for another", () => {
    const schedule = "redlock-clock-jump";
    const options = toRunOptions({ schedule }, scheduleOptions(schedule));
    expect(options).toMatchObject({ backend: "redlock", nodes: 5, schedule: { name: schedule } });
    expect(
      toRunOptions({ schedule, backend: "redlock@7.0", duration: "30s" }, scheduleOptions(schedule)),
    ).toMatchObject({
      backend: "redlock@7.0",
      durationMs: 30_000,
    });
    expect(() => toRunOptions({ schedule, backend: "etcd" }, scheduleOptions(schedule))).toThrow(
      /is made for redlock, not for etcd/,
    );
  });

  it("becomes options of a run, in ms and numbers", () => {
    expect(
      toRunOptions({
        backend: "etcd@3.4",
        lock: "txn",
        nemesis: "pause",
        target: "leader",
        phase: "in-flight",
        interval: "500ms",
        workload: "counter",
        fencing: "writes",
        discipline: "checking",
        set: ["etcd.heartbeat-interval=50", "etcd.note=a=b"],
        ttl: "2s",
        hold: "0-2s",
        nodes: "5",
        concurrency: "7",
        locks: "2",
        duration: "1m",
        seed: "0",
        runtime: "local",
        output: "elsewhere",
        "keep-cluster": true,
      }),
    ).toEqual({
      backend: "etcd@3.4",
      lock: "txn",
      nemesis: "pause",
      target: "leader",
      phase: "in-flight",
      intervalMs: 500,
      workload: "counter",
      fencing: "writes",
      discipline: "checking",
      set: { "etcd.heartbeat-interval": "50", "etcd.note": "a=b" },
      ttlMs: 2_000,
      holdMs: { min: 0, max: 2_000 },
      nodes: 5,
      concurrency: 7,
      locks: 2,
      durationMs: 60_000,
      seed: 0,
      runtime: "local",
      output: "elsewhere",
      keepCluster: true,
    });
  });

  it("leaves out what was not said", () => {
    expect(toRunOptions({ backend: "etcd" })).toEqual({ backend: "etcd" });
  });

  it.each([
    [{}, /--backend is missing/],
    [{ runtime: "podman" }, /--runtime "podman"/],
    [{ phase: "before-wite" }, /--phase "before-wite"/],
    [{ fencing: "yes" }, /--fencing "yes"/],
    [{ discipline: "carefull" }, /--discipline "carefull"/],
    [{ ttl: "2" }, /--ttl: "2" is not a duration/],
    [{ hold: "2s-1s" }, /--hold: .* ends before it begins/],
    [{ hold: "soon" }, /--hold: "soon" is not a range/],
    [{ interval: "" }, /--interval: "" is not a duration/],
    [{ duration: "-5s" }, /--duration: "-5s"/],
    [{ seed: "0x10" }, /--seed: "0x10" is not a whole number/],
    [{ nodes: "three" }, /--nodes: "three"/],
    [{ concurrency: "1.5" }, /--concurrency: "1.5"/],
    [{ locks: "" }, /--locks: ""/],
    [{ set: ["etcd.x"] }, /--set "etcd.x" sets nothing/],
    [{ set: ["=1"] }, /--set "=1" sets nothing/],
  ])("refuses %j, with a hint", (words, message) => {
    const backend = Object.keys(words).length === 0 ? {} : { backend: "etcd" };
    expect(() => toRunOptions({ ...backend, ...words })).toThrow(
      expect.objectContaining({
        code: "usage",
        message: expect.stringMatching(message),
        hint: expect.stringMatching(/\w{3}/),
      }),
    );
  });
});

describe("what the environment says", () => {
  it("is every option, in capitals", () => {
    const env = Object.fromEntries(Object.keys(RUN_OPTIONS).map((name) => [variableOf(name), "1"]));
    expect(Object.keys(fromEnvironment(RUN_OPTIONS, env))).toEqual(Object.keys(RUN_OPTIONS));
    expect(variableOf("dry-run")).toBe("LOCKJEPSEN_DRY_RUN");
  });

  it("is read by kind: words, several, yes or no", () => {
    const env = {
      LOCKJEPSEN_TTL: " 2s ",
      LOCKJEPSEN_SET: "etcd.a=1, etcd.b=2",
      LOCKJEPSEN_JSON: "Yes",
      LOCKJEPSEN_QUIET: "0",
      LOCKJEPSEN_HOLD: "",
      LOCKJEPSEN_UNHEARD_OF: "1",
    };
    expect(fromEnvironment(RUN_OPTIONS, env)).toEqual({
      ttl: "2s",
      set: ["etcd.a=1", "etcd.b=2"],
      json: true,
      quiet: false,
    });
  });

  it("is refused where it is neither yes nor no", () => {
    expect(() => fromEnvironment(RUN_OPTIONS, { LOCKJEPSEN_JSON: "maybe" })).toThrow(
      /LOCKJEPSEN_JSON: "maybe"/,
    );
  });

  it("is blamed for a bad value only if nobody typed it", () => {
    const env = { LOCKJEPSEN_TTL: "2" };
    expect(blamedVariable('--ttl: "2" is not a duration', ["run", "-b", "etcd"], env)).toBe("LOCKJEPSEN_TTL");
    expect(blamedVariable('--ttl: "3" is not a duration', ["run", "--ttl", "3"], env)).toBeUndefined();
    expect(blamedVariable('--ttl: "3" is not a duration', ["run", "--ttl=3"], env)).toBeUndefined();
    expect(blamedVariable('--hold: "3"', ["run"], env)).toBeUndefined();
  });
});
