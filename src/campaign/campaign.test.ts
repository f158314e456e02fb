import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createColors } from "picocolors";
import { describe, expect, it, onTestFinished } from "vitest";
import { UNCHALLENGED } from "../../checker/weak.js";
import { UnsavedError } from "../report/unsaved.js";
import { LockjepsenError } from "../error.js";
import type { RunOptions } from "../plan/options.js";
import type { VerdictDocument } from "../report/types.js";
import { outputTo } from "../report/io.js";
import { CALM, sampleDocument } from "../report/testing/document.js";
import { readBaseline } from "./baseline.js";
import { cellsOf, shardOf, type Shard } from "./cells.js";
import { runMatrix } from "./matrix.js";
import { performSweep } from "./perform-sweep.js";
import { mergeShards } from "./merge.js";
import { recordOf, surprisesIn, type RunRecord } from "./record.js";
import { runSoak, type SoakOptions } from "./soak.js";
import { readCampaign } from "./store.js";
import { campaignHtml, campaignText } from "./table.js";
import { conclusion, exitCodeFor, tally } from "./tally.js";

const cells = cellsOf(
  {
    backends: ["etcd", "redis"],
    nemeses: ["none", "pause"],
    fencings: ["off", "on"],
    disciplines: ["trusting"],
  },
  { seed: 1, intervalMs: 2_000 },
);
const scratch = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-campaign-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};
const TERMINAL = { colours: createColors(false), columns: 100 };
const broken = { verdict: "violated", brokenPromises: 2 } as const;
const calm = { ...CALM, verdict: "valid" } as const;

/** Runs that come out as told, each with a directory of its own below `output`. */
function runs(directory: string, tell: (options: RunOptions, nth: number) => VerdictDocument | Error) {
  const made: RunOptions[] = [];
  const written: string[] = [];
  const controller = new AbortController();
  const out = outputTo({ write: (text: string) => written.push(text) });
  const runOne = async (options: RunOptions): Promise<VerdictDocument> => {
    made.push(options);
    const told = tell(options, made.length);
    if (told instanceof Error) throw told;
    const own = join(directory, "kind", `run-${made.length}-${options.seed}`);
    mkdirSync(own, { recursive: true });
    return {
      ...told,
      run: { ...told.run, seed: options.seed ?? 0 },
      files: { ...told.files, directory: own },
    };
  };
  return {
    made,
    written,
    controller,
    parts: { out, err: out, runOne, signal: controller.signal, directory },
  };
}

describe("cells", () => {
  it("are every combination, each with a name of its own", () => {
    expect(cells.map(({ key }) => key)).toEqual([
      "etcd, none, fencing off, trusting",
      "etcd, none, fencing on, trusting",
      "etcd, pause, fencing off, trusting",
      "etcd, pause, fencing on, trusting",
      "redis, none, fencing off, trusting",
      "redis, none, fencing on, trusting",
      "redis, pause, fencing off, trusting",
      "redis, pause, fencing on, trusting",
    ]);
    expect(cells[2]?.options).toMatchObject({ backend: "etcd", nemesis: "pause", intervalMs: 2_000 });
    expect(cells[0]?.options).not.toHaveProperty("intervalMs");
  });

  it("fall to one shard each", () => {
    const shards = [1, 2, 3].map((index) => shardOf(cells, { index, of: 3 }));
    expect(shards.flat().toSorted((a, b) => a.key.localeCompare(b.key))).toEqual(
      cells.toSorted((a, b) => a.key.localeCompare(b.key)),
    );
    expect(shards.map(({ length }) => length)).toEqual([3, 3, 2]);
  });
});

describe("a surprise", () => {
  it("is a broken promise, or harm behind a fence; not harm that every lease lets happen, nor a weak run", () => {
    const found = (...args: Parameters<typeof sampleDocument>) => surprisesIn(sampleDocument(...args));
    expect(found()).toEqual([]);
    expect(found(broken)).toEqual(["2 broken promises"]);
    expect(found(undefined, { fencing: "on" })).toEqual([expect.stringContaining("behind a fence")]);
    expect(found({ ...CALM, verdict: "unknown" }, { fencing: "on" })).toEqual([]);
  });

  it("is that servers do not recover, fenced or not: no fence is for that, nor for a lock that nobody frees", () => {
    for (const fencing of ["off", "on"] as const) {
      const found = (counts: VerdictDocument["counts"]) =>
        surprisesIn(sampleDocument({ ...CALM, verdict: "violated", counts }, { fencing }));
      expect(found({ unrecovered: 2 })).toEqual(["not healthy again in time: 2 faults"]);
      expect(found({ orphan: 1 })).toEqual([]);
    }
  });

  it("is any other verdict than the expected one, where one was announced", () => {
    expect(surprisesIn(sampleDocument(broken), "violated")).toEqual([]);
    expect(surprisesIn(sampleDocument(calm), "violated")).toEqual(["valid, not violated as expected"]);
    expect(surprisesIn(sampleDocument({ ...CALM, verdict: "unknown" }), "valid")).toHaveLength(1);
  });
});

describe("a matrix", () => {
  it("runs each cell once, skips what makes no sense, and goes on where it was ended", async () => {
    const directory = scratch();
    const usage = new LockjepsenError("usage", "redis hands out no token", "take off");
    const tell = (options: RunOptions): VerdictDocument | Error =>
      options.backend === "redis" && options.fencing === "on" ? usage : sampleDocument(calm);
    const first = runs(directory, tell);
    const matrix = { cells, seed: 1, shard: null, parallel: 1, format: "text" } as const;
    const interrupted = {
      ...first.parts,
      runOne: async (options: RunOptions) => {
        if (first.made.length === 3) first.controller.abort();
        return first.parts.runOne(options);
      },
    };
    await runMatrix({ ...matrix, ...interrupted });
    expect(readCampaign(directory).records).toHaveLength(3);

    // A kill in the middle of a line: that run is made again.
    writeFileSync(
      join(directory, "runs.jsonl"),
      readFileSync(join(directory, "runs.jsonl"), "utf8").slice(0, -20),
    );
    const second = runs(directory, tell);
    expect(await runMatrix({ ...matrix, ...second.parts })).toBe(0);
    expect(second.made).toHaveLength(6);
    expect(second.written.join("")).toMatch(
      /skipped: redis hands out no token.*\n(?: {2}redis, .*\n)* {2}redis, pause, fencing on, trusting\n/,
    );
    expect(existsSync(join(directory, "matrix.html"))).toBe(true);

    const third = runs(directory, tell);
    await runMatrix({ ...matrix, ...third.parts });
    expect(third.made).toHaveLength(0);
    const other = runs(directory, tell);
    await expect(runMatrix({ ...matrix, ...other.parts, seed: 2 })).rejects.toMatchObject({ code: "usage" });
  });

  it("tries again what the machine had kept from running", async () => {
    const directory = scratch();
    const tell = (options: RunOptions): VerdictDocument | Error =>
      options.backend === "redis" ? new LockjepsenError("environment", "no redis", "") : sampleDocument(calm);
    const matrix = { cells, seed: 1, shard: null, parallel: 3, format: "json" } as const;
    expect(await runMatrix({ ...matrix, ...runs(directory, tell).parts })).toBe(3);
    const again = runs(directory, () => sampleDocument(calm));
    expect(await runMatrix({ ...matrix, ...again.parts })).toBe(0);
    expect(again.made.map(({ backend }) => backend)).toEqual(["redis", "redis", "redis", "redis"]);
  });

  it("in shards comes to the same when they are merged", async () => {
    const root = scratch();
    const parts = [1, 2, 3].map((index) => ({ index, of: 3 }));
    const matrix = { cells, seed: 1, parallel: 1, format: "json" } as const;
    const tell = (options: RunOptions) => sampleDocument(options.backend === "redis" ? broken : calm);
    const shard = async (one: Shard) => {
      const directory = join(root, String(one.index));
      await runMatrix({ ...matrix, shard: one, ...runs(directory, tell).parts });
      return { directory, ...readCampaign(directory) };
    };
    const shards = [
      await shard(parts[0] as Shard),
      await shard(parts[1] as Shard),
      await shard(parts[2] as Shard),
    ];
    const whole = join(root, "whole");
    await runMatrix({ ...matrix, shard: null, ...runs(whole, tell).parts });
    const plain = (records: readonly object[]) =>
      records.map((one) => ({ ...one, tookMs: 0, directory: null }));
    const merged = mergeShards(shards, join(root, "merged"));
    expect(plain(merged.records)).toEqual(plain(readCampaign(whole).records));
    expect(merged.campaign).toEqual(readCampaign(whole).campaign);
    expect(merged.records[1]).toMatchObject({ directory: "../2/kind/run-1-1" });

    expect(() => mergeShards(shards.slice(0, 2), root)).toThrow("shard 3/3 is missing");
    expect(() => mergeShards([...shards, ...shards.slice(0, 1)], root)).toThrow("shard 1/3 is there twice");
    const other = { ...shards[1], campaign: { ...shards[1]?.campaign, seed: 2 } } as (typeof shards)[0];
    expect(() => mergeShards([shards[0] as (typeof shards)[0], other], root)).toThrow(
      /no part of the same campaign/,
    );
    const ended = shards.map((shard, n) => (n === 1 ? { ...shard, records: shard.records.slice(1) } : shard));
    expect(() => mergeShards(ended, root)).toThrow(/2 is not complete: 1 of its 3 runs not made, etcd, none/);
    const again = shards.map((shard) => ({ ...shard, records: shard.records.flatMap(triedTwice) }));
    expect(mergeShards(again, join(root, "merged")).records).toEqual(merged.records);
  });

  it("is told as a table in which a surprise stands out", () => {
    const records = cells
      .slice(0, 2)
      .map(({ key }, n) =>
        recordOf(key, sampleDocument(n === 0 ? broken : calm), { directory: "/x", tookMs: 1 }),
      );
    const tallies = tally(cells.slice(0, 3), records);
    const text = campaignText(tallies, TERMINAL);
    expect(text).toMatch(/etcd, none, fencing off, trusting +violated .*\n    SURPRISE: 2 broken promises\n/);
    expect(text).toMatch(/etcd, pause, fencing off, trusting +none\n    not run yet\n/);
    expect(text.match(/^etcd, none, fencing off, trusting /gm)).toHaveLength(2); // what does not fit is below
    expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
    const html = campaignHtml("a <b>", tallies);
    expect(html).toContain("<title>a &lt;b></title>");
    expect(html).toContain('<tr class="surprise"><th scope="row"><a href="');
    expect(html).toContain(
      '<b class="surprise">surprise: 1</b> <b class="harm">violated, as expected: 0</b>',
    );
  });

  it("say also what was found that no overlap is the cause of", () => {
    const stuck = sampleDocument({ ...CALM, verdict: "violated", counts: { orphan: 1 } });
    const records = [recordOf(cells[0]?.key ?? "", stuck, { directory: "/x", tookMs: 1 })];
    const text = campaignText(tally(cells.slice(0, 1), records), TERMINAL);
    expect(text).toMatch(/violated +0 +1 orphan\b/);
  });

  it("tells a reason to skip once, with all whom it hit", async () => {
    const matrix = { cells, seed: 1, shard: null, parallel: 1, format: "text" } as const;
    const tokenless = new LockjepsenError("usage", "no token to fence with", "take another lock");
    const { parts, written } = runs(scratch(), ({ backend }) =>
      backend === "redis" ? tokenless : sampleDocument(calm),
    );
    expect(await runMatrix({ ...matrix, ...parts })).toBe(0);
    const [lines = "", page = ""] = written.join("").split(/^run {2}/m);
    expect(lines.match(/no token/g)).toHaveLength(1);
    expect(page).toContain(
      ["skipped: no token to fence with", ...cells.slice(4).map(({ key }) => `  ${key}`)].join("\n"),
    );
    expect(page).toContain("4 runs judged, 4 skipped: no surprise");
  });

  it("counts a verdict that could not be written down whole", async () => {
    const matrix = { cells: cells.slice(0, 1), seed: 1, shard: null, parallel: 1, format: "text" } as const;
    const full = new LockjepsenError("environment", "cannot write report.html", "free some space");
    const { parts, written } = runs(scratch(), () => new UnsavedError(sampleDocument(broken), full));
    expect(await runMatrix({ ...matrix, ...parts })).toBe(1);
    expect(written.join("")).toContain("1 run judged: 1 surprise");
  });

  it("ends with why it ends so, and with what shows a surprise again", () => {
    const key = cells[0]?.key ?? "";
    const record = (...args: Parameters<typeof sampleDocument>): RunRecord =>
      recordOf(key, sampleDocument(...args), { directory: "/x", tookMs: 1 });
    const broken = record({ brokenPromises: 1 });
    const weak = record({ ...CALM, verdict: "unknown" });
    expect(conclusion([record(CALM)])).toEqual(["1 run judged: no surprise"]);
    expect(conclusion([])).toEqual(["0 runs judged: nothing to go by"]);
    expect(conclusion([record()])).toEqual([
      "1 run judged: no surprise: what is violated is what such locks allow",
    ]);
    expect(conclusion([broken, weak])).toEqual([
      expect.stringMatching(/^SURPRISE {2}.+: .+/),
      expect.stringMatching(/^ {2}again {3}npx lockjepsen run /),
      "2 runs judged: 1 surprise, 1 too weak to judge",
    ]);
  });

  it("never lets one kind of trouble hide another", () => {
    const none = { runs: 9, surprises: 0, failed: 0, unknown: 0, skipped: 4 };
    expect(exitCodeFor(none)).toBe(0);
    expect(exitCodeFor({ ...none, unknown: 1 })).toBe(2);
    expect(exitCodeFor({ ...none, unknown: 1, failed: 1 })).toBe(3);
    expect(exitCodeFor({ ...none, unknown: 1, failed: 1, surprises: 1 })).toBe(1);
    expect(exitCodeFor({ ...none, runs: 0 })).toBe(2);
  });
});

/** As what the machine kept from running at first. */
const triedTwice = (record: RunRecord): readonly RunRecord[] => [
  { key: record.key, kind: "failed", seed: record.seed, message: "no redis", hint: "", tookMs: 1 },
  record,
];

describe("a soak", () => {
  const usual = {
    cells: cells.slice(0, 2),
    seed: 7,
    shard: null,
    forMs: null,
    runs: 6,
    bail: false,
    keep: "surprises",
    leastFree: 0,
    baseline: null,
    json: true,
  } as const satisfies Partial<SoakOptions>;

  it("takes its runs in turn with fresh seeds, and keeps only those that surprise", async () => {
    const directory = scratch();
    const soak = runs(directory, (_, nth) => sampleDocument(nth === 3 ? broken : calm));
    expect(await runSoak({ ...usual, ...soak.parts })).toBe(1);
    expect(soak.made.map(({ seed }) => seed)).toEqual([7, 8, 9, 10, 11, 12]);
    expect(soak.made.map(({ fencing }) => fencing)).toEqual(["off", "on", "off", "on", "off", "on"]);
    const { records } = readCampaign(directory);
    expect(records.map((record) => "directory" in record && record.directory)).toEqual([
      null,
      null,
      "kind/run-3-9",
      null,
      null,
      null,
    ]);
    expect(existsSync(join(directory, "kind/run-3-9"))).toBe(true);
    expect(existsSync(join(directory, "kind/run-4-10"))).toBe(false);
  });

  it("goes on where it was ended, and stops at the first surprise if it shall", async () => {
    const directory = scratch();
    const first = runs(directory, () => sampleDocument(calm));
    await runSoak({ ...usual, ...first.parts, runs: 2 });
    const second = runs(directory, (_, nth) => sampleDocument(nth === 2 ? broken : calm));
    expect(await runSoak({ ...usual, ...second.parts, bail: true })).toBe(1);
    expect(second.made.map(({ seed }) => seed)).toEqual([9, 10]);
    expect(second.written.join("")).toContain("violated");
  });

  it("ends when nothing can be run, and when the disk is full", async () => {
    const failing = runs(scratch(), () => new LockjepsenError("environment", "no etcd", ""));
    expect(await runSoak({ ...usual, ...failing.parts, runs: 100 })).toBe(3);
    expect(failing.made).toHaveLength(3);
    const senseless = runs(scratch(), () => new LockjepsenError("usage", "no token", ""));
    expect(await runSoak({ ...usual, ...senseless.parts, runs: null, forMs: 1e9 })).toBe(2);
    expect(senseless.made).toHaveLength(3);
    const full = runs(scratch(), () => sampleDocument(calm));
    await runSoak({ ...usual, ...full.parts, leastFree: 1e18, json: false });
    expect(full.made).toHaveLength(0);
    expect(full.written.join("")).toContain("free on the disk");
  });

  it("says what nothing found means, and what changed since a baseline", async () => {
    const directory = scratch();
    const before = runs(directory, () => sampleDocument(calm));
    await runSoak({ ...usual, ...before.parts, runs: 40, json: false });
    expect(before.written.join("")).toContain("violated in 0 of 20: below 15 % at 95 %");
    const baseline = readBaseline(join(directory, "summary.json"));

    const same = runs(scratch(), () => sampleDocument(calm));
    await runSoak({ ...usual, ...same.parts, baseline, json: false });
    expect(same.written.join("")).not.toContain("changed:");
    const worse = runs(scratch(), () => sampleDocument(broken));
    await runSoak({ ...usual, ...worse.parts, runs: 40, baseline, json: false });
    expect(worse.written.join("")).toMatch(/changed: .*outlived-lease, which the baseline does not have/);
    expect(worse.written.join("")).toMatch(/changed: .*violated in 100 % of runs, in the baseline 0 %/);
    expect(() => readBaseline(join(directory, "campaign.json"))).toThrow(
      /is no baseline: cells.0.violated: /,
    );
  });
});

describe("a sweep", () => {
  const sweep = {
    ttlsMs: [1_000, 5_000],
    faultsMs: [1_000, 3_000],
    repeat: 2,
    seed: 1,
    shared: { backend: "etcd" },
  };

  it("runs every pair as often as asked, and tells how many were violated", async () => {
    const directory = scratch();
    const parts = runs(directory, ({ ttlMs = 0, faultMs }, nth) =>
      sampleDocument(
        nth === 8 ? { ...CALM, verdict: "unknown" } : (faultMs?.min ?? 0) > ttlMs ? undefined : calm,
      ),
    );
    expect(await performSweep(sweep, { ...parts.parts, format: "markdown" })).toBe(0);
    expect(parts.made.map(({ ttlMs, faultMs, seed }) => [ttlMs, faultMs?.max, seed]).slice(0, 3)).toEqual([
      [1_000, 1_000, 1],
      [1_000, 1_000, 2],
      [1_000, 3_000, 1],
    ]);
    expect(parts.written.join("")).toContain(
      "| TTL 1s | 0/2 (0 %-65.8 %) | 2/2 (34.2 %-100 %) |\n| TTL 5s | 0/2 (0 %-65.8 %) | 0/1",
    );
    const svg = readFileSync(join(directory, "sweep.svg"), "utf8");
    expect(svg.match(/<circle/g)).toHaveLength(4);
    expect(svg).not.toContain("NaN");
  });

  it("counts a fault too short to challenge anybody as one that breaks nothing, and no other weak run", async () => {
    const parts = runs(scratch(), ({ faultMs }) => {
      const reasons = [`${UNCHALLENGED}: so`, ...(faultMs?.max === 3_000 ? ["only 3 grants"] : [])];
      return sampleDocument({ ...CALM, verdict: "unknown", reasons });
    });
    expect(await performSweep(sweep, { ...parts.parts, format: "markdown" })).toBe(2);
    expect(parts.written.join("")).toContain("| TTL 1s | 0/2 (0 %-65.8 %) | - |");
  });

  it("says once why a point was skipped, and is refused where every run would be", async () => {
    const directory = scratch();
    const tokenless = new LockjepsenError("usage", "no such lease", "take another");
    const some = runs(directory, ({ ttlMs }) => (ttlMs === 1_000 ? tokenless : sampleDocument(calm)));
    expect(await performSweep(sweep, { ...some.parts, format: "text" })).toBe(2);
    const [lines = "", page = ""] = some.written.join("").split(/^violated {2}fault/m);
    expect(lines.match(/no such lease/g)).toHaveLength(1);
    expect(page).toMatch(/^4 runs skipped: no such lease$/m);

    const elsewhere = scratch();
    const none = runs(elsewhere, () => tokenless);
    await expect(performSweep(sweep, { ...none.parts, format: "text" })).rejects.toMatchObject({
      code: "usage",
      message: "no run of this sweep can be: no such lease",
      hint: "take another",
    });
    const mended = runs(elsewhere, () => sampleDocument(calm));
    expect(await performSweep({ ...sweep, seed: 2 }, { ...mended.parts, format: "text" })).toBe(0);
  });

  it("that was interrupted is not said to be impossible, whatever was skipped before", async () => {
    const tokenless = new LockjepsenError("usage", "no such lease", "take another");
    const parts = runs(scratch(), (_, nth) => {
      if (nth === 2) parts.controller.abort();
      return tokenless;
    });
    expect(await performSweep(sweep, { ...parts.parts, format: "text" })).toBe(2);
  });
});
