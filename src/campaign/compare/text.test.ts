import { expect, it } from "vitest";
import type { Measured } from "./measure.js";
import { comparisonMarkdown, comparisonText } from "./text.js";

const times = { count: 3, p50: 1_234.5, p90: 2_000, p99: 23_456.7, max: 30_000 };
const measured: Measured = {
  backend: "postgres",
  version: "15.18",
  lock: "advisory-xact-pgbouncer",
  ttlMs: 2_000,
  servers: 1,
  alone: { acquire: times, release: times },
  crowd: { clients: 10, acquire: times, grantsPerSecond: 12.3, handOver: times, requestsPerGrant: 4.5 },
  handOverAfterDeath: times,
  runs: [],
};

it.each([80, 100, 200])("fits a terminal of %i columns, and leaves nothing out", (columns) => {
  const text = comparisonText([measured, measured], columns);
  expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(columns);
  const made = {
    command: "x",
    circumstances: { version: "0", date: "today", machine: "here" } as Parameters<
      typeof comparisonMarkdown
    >[1]["circumstances"],
  };
  const cells = comparisonMarkdown([measured], made)
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .flatMap((line) => line.slice(2, -2).split(" | "));
  expect(cells.length).toBeGreaterThan(20);
  for (const cell of cells.filter((one) => one !== "---")) expect(text).toContain(cell);
});
