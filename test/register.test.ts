/** The register that is a table of a real PostgreSQL server: it answers as the one that is a process of ours. */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { software as postgres } from "../src/backends/postgres/server.js";
import { local } from "../src/cluster/local.js";
import { findSoftware } from "../src/cluster/software.js";
import { resourceSpec } from "../src/run/register.js";
import { bundle } from "./support/bundle.js";
import { runJson, scratch } from "./support/cli.js";

interface Contended {
  readonly value: number;
  readonly version: number;
  readonly accepted: number;
  readonly refused: readonly string[];
}

test("a table behind the same fences, one that looks after itself, and its log", async () => {
  const software = await findSoftware(postgres, null, {
    onProgress: () => {},
    signal: new AbortController().signal,
  });
  const script = await bundle(new URL("support/table-driver.ts", import.meta.url));
  onTestFinished(() => rmSync(script, { force: true }));
  const cluster = await local.create({
    runId: randomBytes(4).toString("hex"),
    servers: [],
    resource: resourceSpec(software),
    clients: 0,
    logDirectory: scratch(onTestFinished),
    keep: false,
  });
  onTestFinished(async () => void (await cluster.stop()));
  await cluster.resource?.start();
  const endpoint = `${cluster.register.address}:5432`;
  await expect
    .poll(async () => (await cluster.resource?.logs()) ?? "", { timeout: 20_000 })
    .toContain("ready to accept connections");
  const { stdout, stderr } = await cluster.control.exec([process.execPath, script, endpoint]);
  expect(stderr).toBe("");
  const { differences, contended } = JSON.parse(stdout) as {
    differences: string[];
    contended: Record<"version" | "queue" | "idempotent", Contended>;
  };
  expect(differences).toEqual([]);
  // Forty changes by one each, of which it allows 25.
  expect(contended.queue).toEqual({ value: 25, version: 25, accepted: 25, refused: ["impossible"] });
  expect(contended.idempotent).toEqual({ value: 25, version: 25, accepted: 25, refused: ["impossible"] });
  // Whoever comes second begins anew, so the value counts those that were accepted.
  const { value, version, accepted, refused } = contended.version;
  expect([value, version]).toEqual([accepted, accepted]);
  expect(accepted).toBeLessThan(40);
  expect(refused).toEqual(["outdated"]);
});

describe.concurrent("a run whose protected value is a table", () => {
  const pauses = ["--backend", "memory", "--register", "postgres", "--ttl", "500ms", "--hold", "0-50ms"];
  const more = ["--nemesis", "pause", "--target", "holder", "--interval", "2s", "--duration", "8s"];

  test("loses updates without a fence", async ({ onTestFinished }) => {
    const { code, document } = await runJson([...pauses, ...more, "--output", scratch(onTestFinished)]);
    expect(Object.keys(document.causes)).toEqual(["outlived-lease"]);
    expect(document.counts["stale-write"]).toBeGreaterThan(0);
    expect(document.remarks).toEqual([]);
    expect(code).toBe(1);
  });

  test("loses none with the check in its UPDATE", async ({ onTestFinished }) => {
    const fenced = ["--fencing", "on", "--output", scratch(onTestFinished)];
    const { code, document } = await runJson([...pauses, ...more, ...fenced]);
    expect(document.counts).toEqual({});
    expect(document.fence?.refused).toBeGreaterThan(0);
    expect(document.challenged).toBeGreaterThan(0);
    expect(document.updates.lost).toBe(0);
    expect(code).toBe(0);
  });
});
