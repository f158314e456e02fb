import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { listJournals, openJournal, parseJournal } from "./journal.js";

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "lockjepsen-test-"));
  vi.stubEnv("LOCKJEPSEN_STATE", state);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true });
});

test("what is noted is read back, until it is removed", () => {
  const journal = openJournal("r1", "/results/logs");
  journal.note([
    { kind: "directory", path: "/tmp/x" },
    { kind: "netns", name: "lj-r1-n1" },
  ]);
  journal.note([{ kind: "kept" }]);
  expect(listJournals()).toMatchObject([
    {
      alive: true,
      header: { runId: "r1", pid: process.pid, logDirectory: "/results/logs" },
      steps: [{ kind: "directory", path: "/tmp/x" }, { kind: "netns", name: "lj-r1-n1" }, { kind: "kept" }],
    },
  ]);
  journal.remove();
  expect(listJournals()).toEqual([]);
  expect(readdirSync(state)).toEqual([]);
});

test("a line without its end was never acted upon", () => {
  const journal = openJournal("r1", "/logs");
  journal.note([{ kind: "netns", name: "lj-r1-n1" }]);
  appendFileSync(join(state, "r1.jsonl"), '{"kind":"netns","na');
  expect(listJournals()[0]?.steps).toEqual([{ kind: "netns", name: "lj-r1-n1" }]);
});

test("a run whose process is another by now is not alive", () => {
  openJournal("r1", "/logs");
  const [found] = listJournals();
  const header = { ...found?.header, runId: "r2", startTime: "1" };
  writeFileSync(join(state, "r2.jsonl"), `${JSON.stringify(header)}\n`);
  expect(listJournals().map((journal) => [journal.header.runId, journal.alive])).toEqual([
    ["r1", true],
    ["r2", false],
  ]);
});

test("two runs of one name are refused, and the first one's journal stands", () => {
  openJournal("r1", "/logs").note([{ kind: "kept" }]);
  expect(() => openJournal("r1", "/logs")).toThrow(
    expect.objectContaining({ code: "environment", hint: expect.stringContaining("lockjepsen clean") }),
  );
  expect(listJournals()[0]?.steps).toEqual([{ kind: "kept" }]);
});

test("a place that cannot be written is said in one line, with its mend", () => {
  writeFileSync(join(state, "file"), "");
  vi.stubEnv("LOCKJEPSEN_STATE", join(state, "file", "state"));
  expect(() => openJournal("r1", "/logs")).toThrow(
    expect.objectContaining({ code: "environment", hint: expect.stringContaining("LOCKJEPSEN_STATE") }),
  );
});

test("other files there are nobody's journal", () => {
  writeFileSync(join(state, "r1.jsonl"), "");
  writeFileSync(join(state, "r2.jsonl"), "no json\n");
  writeFileSync(join(state, "r3.jsonl"), "[]\n");
  expect(listJournals()).toEqual([]);
  expect(() => parseJournal("")).toThrow(SyntaxError);
});
