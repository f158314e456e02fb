import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readHistory } from "./reader.js";

const judge = {
  version: 1,
  backend: "etcd",
  recipe: "mutex",
  promises: {
    exclusion: "service",
    lease: "ttl",
    ttl: { min: 2000, max: 60_000, step: 1000, default: 2000 },
    renewals: "visible",
    token: "create_revision",
    except: [],
    source: "",
  },
  ttlMs: 2000,
  freedWithinMs: 4000,
  fencing: "off",
  discipline: "trusting",
  workload: "set",
  leastGrants: 20,
  nemeses: ["pause"],
  locks: ["lock-1"],
  clients: ["c1", "c2"],
};
const begin = { time: 0, process: "run", type: "info", f: "begin", value: judge };
const acquire = (time: number, type: "invoke" | "ok", process = 0) => ({
  time,
  process,
  client: `c${process + 1}`,
  type,
  f: "acquire",
  lock: "lock-1",
  ...(type === "ok" && { grant: `${process}.1`, token: "7" }),
});
const applied = {
  time: 9,
  process: "register",
  type: "ok",
  f: "read",
  lock: "lock-1",
  client: "c1",
  by: 0,
  version: 0,
};

const lines = (...events: readonly unknown[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join("");

/** A directory with these files; its path. */
function directory(files: Readonly<Record<string, string | Buffer>>): string {
  const path = mkdtempSync(join(tmpdir(), "lockjepsen-reader-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}
const file = (text: string | Buffer): string => join(directory({ "history.jsonl": text }), "history.jsonl");

const said = ({ events }: Awaited<ReturnType<typeof readHistory>>): readonly string[] =>
  events.map(({ index, time, process, type, f }) => `${index} ${time} ${process} ${type} ${f}`);

describe("what it reads", () => {
  const whole = ["0 0 run info begin", "1 1 0 invoke acquire", "2 2 0 ok acquire", "3 9 register ok read"];

  test("a run's directory, with the register's log", async () => {
    const path = directory({
      "history.jsonl": lines(begin, acquire(1, "invoke"), acquire(2, "ok")),
      "register.jsonl": lines(applied),
      "history/run.jsonl": lines(begin), // merged already: not read again
    });
    const history = await readHistory(path);
    expect(said(history)).toEqual(whole);
    expect(history.notes).toEqual([]);
    expect(history.context).toEqual(judge);
  });

  test("a run that was killed before its records were merged", async () => {
    const path = directory({
      "history/c1.jsonl": lines(acquire(1, "invoke"), acquire(2, "ok")),
      "history/c2.jsonl": "",
      "history/run.jsonl": lines(begin),
      "register.jsonl": lines(applied),
    });
    const history = await readHistory(path);
    expect(said(history)).toEqual(whole);
    expect(history.notes).toEqual([expect.stringContaining("did not come to its end")]);
  });

  test("a file alone, with the register's log beside it", async () => {
    const path = directory({
      "history.jsonl": lines(begin, acquire(1, "invoke"), acquire(2, "ok")),
      "register.jsonl": lines(applied),
    });
    expect(said(await readHistory(join(path, "history.jsonl")))).toEqual(whole);
  });

  test("a file that holds everything, and then nothing beside it", async () => {
    const path = directory({
      "golden.jsonl": lines(begin, acquire(1, "invoke"), acquire(2, "ok"), applied),
      "register.jsonl": lines(applied),
    });
    expect(said(await readHistory(join(path, "golden.jsonl")))).toEqual(whole);
  });

  test("lines longer than it reads at once, and characters that lie across", async () => {
    const value = "Grüße 🔒 ".repeat(300_000);
    const path = file(lines(begin, { ...acquire(1, "invoke"), value }, acquire(2, "ok")));
    const { events } = await readHistory(path);
    expect(events).toHaveLength(3);
    expect(events[1]).toMatchObject({ value });
  });

  test("as if its begin had said something else", async () => {
    const { context } = await readHistory(file(lines(begin)), { contextOverride: { fencing: "on" } });
    expect(context).toEqual({ ...judge, fencing: "on" });
  });
});

describe("a last line that is cut off is dropped with a note", () => {
  test.each(["history.jsonl", "register.jsonl"])("of %s", async (name) => {
    const files = {
      "history.jsonl": lines(begin, acquire(1, "invoke"), acquire(2, "ok")),
      "register.jsonl": lines(applied),
    };
    const text = files[name as keyof typeof files];
    const dropped = text.trimEnd().split("\n").length;
    for (const cut of [1, 2, 30]) {
      const { events, notes } = await readHistory(directory({ ...files, [name]: text.slice(0, -cut) }));
      expect(events).toHaveLength(3);
      expect(notes).toEqual([expect.stringContaining(`line ${dropped} of ${name} was dropped`)]);
    }
  });
});

describe("what is no history is told in one line, with its mend", () => {
  const bad = (event: unknown): string => file(lines(begin, event));
  test.each([
    [
      "no JSON",
      () => file(`${lines(begin)}{"time":1,\n${lines(acquire(1, "invoke"))}`),
      "line 2 of history.jsonl: not JSON",
    ],
    [
      "an empty line",
      () => file(`${lines(begin)}\n${lines(acquire(1, "invoke"))}`),
      "line 2 of history.jsonl: it is empty",
    ],
    ["a list", () => bad([1]), "line 2 of history.jsonl: not an event"],
    ["a time before the run", () => bad({ ...acquire(1, "invoke"), time: -1 }), '"time" is -1'],
    ["no time", () => bad({ ...acquire(1, "invoke"), time: "1" }), '"time" is "1"'],
    ["no type", () => bad({ ...acquire(1, "invoke"), type: "done" }), '"type" is "done"'],
    ["no process", () => bad({ ...acquire(1, "invoke"), process: "c1" }), '"process" is "c1"'],
    ["no deed of a client", () => bad({ ...acquire(1, "invoke"), f: "steal" }), '"f" is "steal"'],
    ["no lock", () => bad({ ...acquire(1, "invoke"), lock: undefined }), '"lock" is missing'],
    ["a grant without a name", () => bad({ ...acquire(1, "ok"), grant: undefined }), '"grant" is missing'],
    ["a token that lost its digits", () => bad({ ...acquire(1, "ok"), token: 7 }), '"token" is 7'],
    [
      "a lease without an end",
      () => bad({ ...acquire(1, "ok"), validUntil: "soon" }),
      '"validUntil" is "soon"',
    ],
    ["a log without versions", () => bad({ ...applied, version: undefined }), '"version" is missing'],
    [
      "a fault that hit nobody",
      () => bad({ time: 1, process: "nemesis", type: "ok", f: "pause", fault: "f1" }),
      '"nodes" is missing',
    ],
    ["a binary file", () => file(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0])), "is a binary file"],
    ["an empty file", () => file(""), "is empty: no event was recorded"],
    ["no begin", () => file(lines(acquire(1, "invoke"))), "has no begin event"],
    [
      "a begin of another version",
      () => file(lines({ ...begin, value: { ...judge, version: 2 } })),
      "version 2",
    ],
    [
      "a begin without promises",
      () => file(lines({ ...begin, value: { ...judge, promises: {} } })),
      'lacks a valid "promises.exclusion"',
    ],
    ["a directory without any", () => directory({ "plan.json": "{}" }), "holds no history"],
    ["a path that leads nowhere", () => join(directory({}), "nowhere"), "does not exist"],
  ])("%s", async (_, path, message) => {
    await expect(readHistory(path())).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/./),
    });
  });
});
