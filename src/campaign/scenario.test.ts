import { describe, expect, it } from "vitest";
import { nemeses } from "../../nemesis/index.js";
import { workloads } from "../../workloads/index.js";
import { loadBackend } from "../backends/index.js";
import { parseBackend } from "../plan/backend.js";
import { makePlan } from "../plan/plan.js";
import { sampleDocument } from "../report/testing/document.js";
import { conclude, outcomeText, settle, type Attempt } from "./scenario.js";
import { scenarios } from "./scenarios/index.js";
import type { Decision, Scenario } from "./scenarios/types.js";

const scenario: Scenario = {
  name: "sample",
  claim: "Two are better | than one.",
  source: "a test",
  runs: { a: { backend: "etcd" }, b: { backend: "redis" } },
  decide: (results) => ({
    outcome: results("a").updates.lost > 0 ? "refuted" : "confirmed",
    because: `${results("b").grants} grants`,
  }),
};
const signal = new AbortController().signal;
const attempt = (outcome: Decision["outcome"]): Attempt => ({
  outcome,
  because: "so",
  seed: 1,
  tookMs: 5,
  runs: {},
});

describe("a claim", () => {
  it("is settled by all of its runs, with one seed an attempt", async () => {
    const made: unknown[] = [];
    const runOne = (options: object) => {
      made.push(options);
      return Promise.resolve(sampleDocument());
    };
    const settled = await settle(scenario, { repeat: 2, seed: 7, runOne, signal });
    expect(made).toEqual([
      { backend: "etcd", seed: 7 },
      { backend: "redis", seed: 7 },
      { backend: "etcd", seed: 8 },
      { backend: "redis", seed: 8 },
    ]);
    expect(settled).toMatchObject({ outcome: "refuted", decided: { count: 2, total: 2 } });
  });

  it("is not settled where attempts contradict each other, or none decided", () => {
    const of = (...outcomes: Decision["outcome"][]) => conclude(scenario, outcomes.map(attempt));
    expect(of("confirmed", "refuted").outcome).toBe("unknown");
    expect(of("unknown", "unknown").outcome).toBe("unknown");
    expect(of("unknown", "refuted")).toMatchObject({ outcome: "refuted", decided: { count: 1, total: 2 } });
    expect(outcomeText(of("refuted"))).toBe("refuted");
  });
});

describe("ours", () => {
  it("have names of their own, and decide something of any verdict", () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
    for (const { decide, claim, source } of scenarios) {
      expect(decide(() => sampleDocument()).because).not.toBe("");
      expect(claim).toMatch(/[.)]$/);
      expect(source).not.toBe("");
    }
  });
});

it("those of ours that take over a minute say why, and no others", () => {
  const AROUND_MS = 6_000;
  for (const { name, runs, slow } of scenarios) {
    const tookMs = Object.values(runs).reduce(
      (sum, { durationMs = 60_000 }) => sum + durationMs + AROUND_MS,
      0,
    );
    expect([name, slow !== undefined]).toEqual([name, tookMs > 60_000]);
  }
});

it("latency: what a busy machine takes for any request is not held against a service", () => {
  const of = (acquire: number, read: number): Decision["outcome"] => {
    const spread = (p50: number) => ({ count: 9, p50, p90: p50, p99: p50, max: p50 });
    const latency = { acquire: spread(acquire), read: spread(read) };
    const document = { ...sampleDocument(), latency };
    return scenarios.find(({ name }) => name === "latency")?.decide(() => document).outcome ?? "unknown";
  };
  expect(of(0.5, 0.2)).toBe("confirmed");
  expect(of(4, 0.2)).toBe("refuted");
  expect(of(4, 3.5)).toBe("unknown");
});

describe("the runs of ours", () => {
  it("can all be planned", async () => {
    for (const { name, runs } of scenarios)
      for (const [run, options] of Object.entries(runs)) {
        const backend = await loadBackend(parseBackend(options.backend).name);
        const parts = { backend, nemeses, workloads, runtime: "local", version: "0.0.0" } as const;
        const { faults, judge } = makePlan({ ...options, seed: 1 }, parts);
        expect([name, run, judge.nemeses.length > 0]).toEqual([name, run, faults.length > 0]);
      }
  });
});
