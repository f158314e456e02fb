import { defineConfig } from "vitest/config";
import { mutation } from "./test/mutation/plugin.js";

// Three projects: "unit" is pure and runs in parallel; "real" starts servers, faults and browsers, one file at a time;
// "mutation" changes the judge's rules, and its tests must notice.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{src,nemesis,workloads,checker,bench}/**/*.test.ts"],
          // Property tests take seconds where others use the machine; none of them waits for anything.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "real",
          include: ["test/*.test.ts"],
          fileParallelism: false,
          maxConcurrency: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // An election or a busy disk at the wrong moment may spoil an experiment once. Twice is a defect.
          retry: 1,
          globalSetup: ["test/setup.ts"],
          // What says nothing of it is tried without Docker, also where an engine answers.
          env: { LOCKJEPSEN_RUNTIME: "local" },
        },
      },
      {
        plugins: [mutation(import.meta.dirname)],
        test: { name: "mutation", include: ["test/mutation/*.test.ts"], testTimeout: 600_000 },
      },
    ],
  },
});
