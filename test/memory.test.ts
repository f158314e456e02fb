/** The judge's controls: whole runs of the memory backend, sound and with each of its planted bugs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Cause, FindingKind } from "../checker/types.js";
import memory from "../src/backends/memory.js";
import type { VerdictDocument } from "../src/report/types.js";
import { runJson, scratch, startCli } from "./support/cli.js";

const CALM = ["-n", "none", "--duration", "4s"];
const PAUSES = ["-n", "pause", "--interval", "2s", "--duration", "8s"];

/** The server is killed in the middle of holds that outlast its restart by far, and so do their leases. */
const RESTART = [
  "-n",
  "kill:restart",
  "--target",
  "one",
  "--fault-duration",
  "100-150ms",
  "--duration",
  "10s",
];
const RESTARTS = [...RESTART, "--interval", "3s", "--ttl", "6s", "--hold", "3s-4s"];

interface Expectation {
  /** With a TTL of 500 ms and, unless it says otherwise, holds of up to 50 ms. */
  readonly run: readonly string[];
  readonly finding: FindingKind;
  readonly cause?: Cause;
  /** Causes that its overlaps have besides: a frozen holder outlives its lease whatever else is wrong. */
  readonly also?: readonly Cause[];
}

const overlaps = (run: readonly string[], cause: Cause, ...also: readonly Cause[]): Expectation => ({
  run,
  finding: "overlap",
  cause,
  also,
});

/** What each bug must be found out by. `bug-ignores-ttl` has a test of its own. */
const expectations: Readonly<Record<string, Expectation>> = {
  "bug-grants-twice": overlaps(CALM, "service"),
  "bug-wakes-two": overlaps(CALM, "service"),
  "bug-two-queues": overlaps(CALM, "service"),
  "bug-forgets-under-load": overlaps(CALM, "service"),
  "bug-drops-renewals": overlaps([...CALM, "--hold", "600-900ms"], "service", "outlived-lease"),
  "bug-late-ok": overlaps(CALM, "late-grant"),
  "bug-token-repeats": { run: CALM, finding: "token-order" },
  "bug-token-falls": { run: CALM, finding: "token-order" },
  "bug-release-ignored": { run: CALM, finding: "orphan" },
  "bug-expires-early": overlaps(PAUSES, "service", "outlived-lease"),
  "bug-releases-for-anyone": overlaps(
    [...PAUSES, "--hold", "100-200ms"],
    "foreign-release",
    "outlived-lease",
  ),
  // Long holds: there is time left for a renewal after the freeze.
  "bug-renews-the-dead": overlaps(
    ["-n", "pause", "--interval", "2s", "--duration", "6s", "--phase", "renewing", "--hold", "4s-4500ms"],
    "service",
    "outlived-lease",
  ),
  "bug-forgets-on-restart": overlaps(RESTARTS, "service"),
  "bug-token-restarts": { run: RESTARTS, finding: "token-order" },
  "bug-grants-dead-waiter": overlaps([...CALM, "--hold", "200-300ms"], "late-grant", "outlived-lease"),
};

const inBrief = ["-b", "memory", "--seed", "1"];
const SHORT_LEASES = ["--ttl", "500ms"];
const SHORT_HOLDS = ["--hold", "0-50ms"];
const args = (lock: string, more: readonly string[], output: string): readonly string[] => [
  ...inBrief,
  "-l",
  lock,
  ...more,
  ...(more.includes("--ttl") ? [] : SHORT_LEASES),
  ...(more.includes("--hold") ? [] : SHORT_HOLDS),
  "--output",
  output,
];

/** Two at a time (vitest.config.ts): runs of these wait more than they work. */
describe.concurrent("a sound service", () => {
  test("is valid without faults", async ({ onTestFinished }) => {
    const { code, document } = await runJson(args("lease", CALM, scratch(onTestFinished)));
    expect(document.counts).toEqual({});
    expect(document.notes).toEqual({});
    expect(code).toBe(0);
  });

  test("is valid under pauses with a fence", async ({ onTestFinished }) => {
    const fenced = [...PAUSES, "--fencing", "on"];
    const { code, document } = await runJson(args("lease", fenced, scratch(onTestFinished)));
    expect(document.counts).toEqual({});
    expect(document.challenged).toBeGreaterThan(0);
    expect(code).toBe(0);
  });

  test("breaks no promise when it is killed and started again", async ({ onTestFinished }) => {
    const { document } = await runJson(
      args("lease", [...RESTART, "--interval", "2s", "--ttl", "1s"], scratch(onTestFinished)),
    );
    expect(document.counts).toEqual({});
    expect(document.faults.filter(({ name, verified }) => name === "kill" && verified)).not.toEqual([]);
    expect(document.brokenPromises).toBe(0);
  });

  test("under pauses has holders who outlive their lease, and breaks no promise", async ({
    onTestFinished,
  }) => {
    const { code, document } = await runJson(args("lease", PAUSES, scratch(onTestFinished)));
    expect(Object.keys(document.causes)).toEqual(["outlived-lease"]);
    expect(document.counts.overlap).toBeGreaterThan(0);
    expect(document.brokenPromises).toBe(0);
    expect(code).toBe(1);
  });
});

describe.concurrent("sequencers", () => {
  test("are fencing: valid under pauses, for the register asks whose still stands", async ({
    onTestFinished,
  }) => {
    const { code, document } = await runJson(args("sequencer", PAUSES, scratch(onTestFinished)));
    expect(document.run.fencing).toBe("on");
    expect(document.counts).toEqual({});
    expect(document.challenged).toBeGreaterThan(0);
    expect(code).toBe(0);
  });

  test.for([
    ["sequencer", true],
    ["lease", false],
  ] as const)(
    "%s, alone: the write of a lease that is over, which no later token shuts out, is refused: %s",
    async ([lock, refused], { onTestFinished }) => {
      const alone = [...PAUSES, "--fencing", "on", "--concurrency", "1"];
      const { document } = await runJson(args(lock, alone, scratch(onTestFinished)));
      expect((document.fence?.refused ?? 0) > 0).toBe(refused);
    },
  );

  test("a lease in jeopardy survives a restart of the service within its grace", async ({
    onTestFinished,
  }) => {
    // Down for longer than the lease lasts, back long before the grace is over.
    const down = ["-n", "kill:restart", "--target", "one", "--fault-duration", "2500ms-2600ms"];
    const long = [
      "--interval",
      "20s",
      "--duration",
      "12s",
      "--ttl",
      "2s",
      "--hold",
      "9s-10s",
      "--concurrency",
      "1",
    ];
    const output = scratch(onTestFinished);
    const { document } = await runJson(args("sequencer", [...down, ...long], output));
    const [fault] = document.faults.filter(({ verified }) => verified);
    expect(document.counts).toEqual({});
    const renewals = readFileSync(join(output, "latest", "history.jsonl"), "utf8")
      .split("\n")
      .filter((line) => line.includes('"f":"renew"'))
      .map((line) => JSON.parse(line) as { time: number; grant: string });
    const grantsAt = (during: (time: number) => boolean): readonly string[] =>
      renewals.filter(({ time }) => during(time)).map(({ grant }) => grant);
    const before = grantsAt((time) => time < (fault?.from ?? 0));
    expect(before).not.toEqual([]);
    expect(grantsAt((time) => time > (fault?.to ?? 0))).toContain(before.at(-1));
  });
});

describe.concurrent("a planted bug is found out, and blamed for what it does", () => {
  for (const [lock, { run, finding, cause, also = [] }] of Object.entries(expectations))
    test(lock, async ({ onTestFinished }) => {
      const { code, document } = await runJson(args(lock, run, scratch(onTestFinished)));
      expect(code).toBe(1);
      const found = document.findings.filter(
        ({ kind, severity }) => kind === finding && severity === "violation",
      );
      const blamed = found.filter((one) => one.cause === cause);
      expect(blamed.length).toBeGreaterThan(0);
      expect(blamed.every(({ expected }) => expected === false)).toBe(true);
      const causes = Object.keys(document.causes).filter((one) => one !== cause);
      expect([cause, ...also]).toEqual(expect.arrayContaining(causes));
    });

  test("bug-ignores-ttl, when a client is killed", async ({ onTestFinished }) => {
    const run = [...CALM, "--json", "--expect", "violated"];
    const { child, done, shows } = startCli([
      "run",
      ...args("bug-ignores-ttl", run, scratch(onTestFinished)),
    ]);
    await shows(/5 clients ready/);
    await sleep(1_000);
    const [victim] = clientsOf(child.pid);
    if (victim === undefined) expect.unreachable("no client process runs");
    process.kill(victim, "SIGKILL");
    const { code, stdout } = await done;
    expect(code).toBe(0);
    const { counts, causes, findings } = JSON.parse(stdout) as VerdictDocument;
    expect(counts.orphan).toBe(1);
    expect(findings.find(({ kind }) => kind === "orphan")?.expected).toBe(false);
    expect(causes).toEqual({});
  });
});

test("every planted bug is expected to be found out", () => {
  const planted = Object.keys(memory.recipes).filter((name) => name.startsWith("bug-"));
  expect(planted.toSorted()).toEqual([...Object.keys(expectations), "bug-ignores-ttl"].toSorted());
});

/** Pids of the client processes of a command line that runs. */
const clientsOf = (parent: number | undefined): readonly number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        return (
          status.includes(`\nPPid:\t${parent}\n`) &&
          readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("clients/worker.js")
        );
      } catch {
        return false; // it has ended meanwhile
      }
    });

test("with --bail ends at the first violation, heals, and judges what there is", async ({
  onTestFinished,
}) => {
  const output = scratch(onTestFinished);
  const args = [
    "-b",
    "memory",
    "-n",
    "pause",
    "--duration",
    "120s",
    "--seed",
    "3",
    "--bail",
    "--output",
    output,
  ];
  const { code, stderr, document } = await runJson(args);
  expect(code).toBe(1);
  expect(document).toMatchObject({ verdict: "violated", run: { interrupted: false } });
  expect(document.faults.every(({ verified, to }) => verified && Number.isFinite(to))).toBe(true);
  // What was told while it ran is what the verdict says.
  const told = /violated: (c\d.*) was granted/.exec(stderr)?.[1] ?? "nothing was told";
  expect(document.findings.map(({ explanation }) => explanation)).toContainEqual(
    expect.stringContaining(told),
  );
  const ended = document.faults.at(-1)?.to ?? Infinity;
  expect(ended).toBeLessThan(110e9);
});
