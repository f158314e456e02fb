import { defineConfig } from "vitest/config";

// Two projects: "unit" is pure and runs in parallel; "real" starts servers, faults and browsers, one file at a time.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{src,nemesis,workloads,checker}/**/*.test.ts"],
          // Property tests take seconds where others use the machine; none of them waits for anything.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "real",
          include: ["test/**/*.test.ts"],
          fileParallelism: false,
          maxConcurrency: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          globalSetup: ["test/setup.ts"],
        },
      },
    ],
  },
});
