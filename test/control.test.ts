/** No lock, a resource that looks after itself: nothing is lost, whatever happens. Real runs by the command line. */
import { describe, expect, test } from "vitest";
import control from "../src/backends/control.js";
import { cli, runJson, scratch } from "./support/cli.js";

const args = (lock: string, ...more: readonly string[]): readonly string[] => [
  "--backend",
  "control",
  "--lock",
  lock,
  "--ttl",
  "500ms",
  "--seed",
  "1",
  ...(more.includes("--hold") ? [] : ["--hold", "0-50ms"]),
  ...more,
];

describe.concurrent("nothing is lost", () => {
  for (const lock of Object.keys(control.recipes))
    test(`${lock}, while holders are frozen and its server is killed`, async ({ onTestFinished }) => {
      const faults = ["--nemesis", "pause,kill", "--interval", "2s", "--duration", "9s"];
      const { code, document } = await runJson(args(lock, ...faults, "--output", scratch(onTestFinished)));
      const made = document.faults.filter(({ verified }) => verified).map(({ name }) => name);
      expect(new Set(made)).toEqual(new Set(["pause", "kill"]));
      expect(document.counts).toEqual({});
      expect(document.notes).toEqual({});
      expect(document.updates.lost).toBe(0);
      expect(code).toBe(0);
    });

  test("money adds up", async ({ onTestFinished }) => {
    const more = ["--workload", "bank", "--duration", "3s", "--output", scratch(onTestFinished)];
    const { code, document } = await runJson(args("cas", ...more));
    expect(document.counts).toEqual({});
    expect(code).toBe(0);
  });

  test("a campaign stops at its end", async ({ onTestFinished }) => {
    const more = ["--workload", "campaign", "--hold", "0-20ms", "--output", scratch(onTestFinished)];
    const { code, document } = await runJson(args("idempotent", ...more, "--duration", "8s"));
    expect(document.updates.acknowledged).toBe(100);
    expect(code).toBe(0);
  });

  test("a campaign that did not get there shows nothing", async ({ onTestFinished }) => {
    const more = ["--workload", "campaign", "--hold", "300ms", "--output", scratch(onTestFinished)];
    const { code, document } = await runJson(args("cas", ...more, "--duration", "2s"));
    expect(document.reasons.join()).toMatch(/the count of lock-1 stands at 99\d\d and not yet at 10000/);
    expect(code).toBe(2);
  });
});

test("where the value is kept is the recipe's own business", async () => {
  const { code, stderr } = await cli(["run", ...args("cas", "--register", "postgres")]);
  expect(stderr).toContain("--register postgres: control cas is a way to keep the value");
  expect(code).toBe(64);
});
