import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { mutation } from "./test/mutation/plugin.js";

/** Tests of what is one on a machine: leftovers of dead runs, its table of neighbours, the engine and its images. */
const ALONE = ["clean", "cluster", "docker*", "network-docker"].map((name) => `test/${name}.test.ts`);

/** Starts servers, faults and browsers. */
const real: TestProjectInlineConfiguration["test"] = {
  maxConcurrency: 2,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // An election or a busy disk at the wrong moment may spoil an experiment once. Twice is a defect.
  retry: 1,
  // What is waited for comes at once, or on a busy machine later.
  expect: { poll: { timeout: 30_000 } },
  globalSetup: ["test/setup.ts"],
  // What says nothing of it is tried without Docker, also where an engine answers.
  env: { LOCKJEPSEN_RUNTIME: "local" },
};

// "unit" is pure and uses all processors, as does "mutation", which changes the judge's rules: its tests must notice.
// Then "real", three files at a time, for it mostly waits. Last "alone", one file at a time.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{src,nemesis,workloads,checker,bench}/**/*.test.ts"],
          // Property tests take seconds where others use the machine; none of them waits for anything.
          testTimeout: 300_000,
        },
      },
      {
        test: {
          ...real,
          name: "real",
          include: ["test/*.test.ts"],
          exclude: ALONE,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      { test: { ...real, name: "alone", include: ALONE, fileParallelism: false } },
      {
        plugins: [mutation(import.meta.dirname)],
        test: { name: "mutation", include: ["test/mutation/*.test.ts"], testTimeout: 600_000 },
      },
    ],
  },
});
