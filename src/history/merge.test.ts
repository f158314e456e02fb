import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { HistoryEvent } from "./event.js";
import { mergeEvents, writeMerged } from "./merge.js";

const event = (time: number, process: number | "run", type: string, f = "read"): HistoryEvent =>
  ({
    time,
    process,
    type,
    f,
    client: `c${process}`,
    lock: "lock-1",
    ...(f === "read" && { version: 0 }),
  }) as never;
const names = (events: readonly HistoryEvent[]): readonly string[] =>
  events.map(({ time, process, type }) => `${time} ${process} ${type}`);

describe("mergeEvents", () => {
  test("orders by time and gives each event its place", () => {
    const merged = mergeEvents([
      [event(1, 0, "invoke"), event(4, 0, "ok")],
      [event(2, 1, "invoke"), event(3, 1, "ok")],
    ]);
    expect(names(merged)).toEqual(["1 0 invoke", "2 1 invoke", "3 1 ok", "4 0 ok"]);
    expect(merged.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  });

  // Touching at an instant proves no order: as the completion first, it would.
  test("puts invocations before completions of the same instant", () => {
    const merged = mergeEvents([[event(5, 0, "ok")], [event(5, 1, "invoke")]]);
    expect(names(merged)).toEqual(["5 1 invoke", "5 0 ok"]);
  });

  test("but never turns what one process said", () => {
    const merged = mergeEvents([[event(5, 0, "ok"), event(5, 0, "invoke")], [event(5, 1, "invoke")]]);
    expect(names(merged)).toEqual(["5 1 invoke", "5 0 ok", "5 0 invoke"]);
  });

  test("nor what one client said as two processes, one after the other", () => {
    const next = { ...event(5, 2, "invoke"), client: "c0" } as HistoryEvent;
    const merged = mergeEvents([[event(5, 0, "ok"), next], [event(5, 1, "invoke")]]);
    expect(names(merged)).toEqual(["5 1 invoke", "5 0 ok", "5 2 invoke"]);
  });

  test("begins with the begin", () => {
    const merged = mergeEvents([[event(0, 0, "invoke")], [event(0, "run", "info", "begin")]]);
    expect(names(merged)).toEqual(["0 run info", "0 0 invoke"]);
  });

  test("is the same however the record is cut into lists", () => {
    const record = fc.array(fc.tuple(fc.nat(9), fc.nat(2), fc.constantFrom("invoke", "ok")), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(record, (drawn) => {
        const events = drawn
          .map(([time, process, type]) => event(time, process, type))
          .toSorted((a, b) => a.time - b.time);
        const lists = [0, 1, 2].map((process) => events.filter((one) => one.process === process));
        const whole = mergeEvents([events]);
        const merged = mergeEvents(lists);
        const of = (list: readonly HistoryEvent[], process: number) =>
          names(list.filter((one) => one.process === process));
        for (const process of [0, 1, 2]) {
          expect(of(merged, process)).toEqual(of(events, process));
          expect(of(whole, process)).toEqual(of(events, process));
        }
        expect(names(merged).toSorted()).toEqual(names(whole).toSorted());
        expect(merged.map(({ time }) => time)).toEqual(events.map(({ time }) => time));
      }),
    );
  });
});

describe("writeMerged", () => {
  const line = (one: HistoryEvent): string => `${JSON.stringify(one)}\n`;

  function run(records: Readonly<Record<string, string>>): string {
    const directory = mkdtempSync(join(tmpdir(), "lockjepsen-merge-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    mkdirSync(join(directory, "history"));
    for (const [name, text] of Object.entries(records)) writeFileSync(join(directory, "history", name), text);
    return directory;
  }

  test("writes what mergeEvents gives, and leaves nothing half done behind", async () => {
    const lists = [0, 1, 2].map((process) =>
      Array.from({ length: 30_000 }, (_, n) =>
        event(n * 3 + (n % 2) * process, process, n % 2 ? "ok" : "invoke"),
      ),
    );
    const directory = run(
      Object.fromEntries(lists.map((list, n) => [`c${n}.jsonl`, list.map(line).join("")])),
    );
    expect(await writeMerged(directory)).toEqual([]);
    const written = readFileSync(join(directory, "history.jsonl"), "utf8").trimEnd().split("\n");
    const expected = mergeEvents(lists).map((one) => JSON.stringify({ ...one, index: undefined }));
    expect(written).toEqual(expected);
    expect(readdirSync(directory).toSorted()).toEqual(["history", "history.jsonl"]);
  });

  test("leaves out a line that was cut off, and says so", async () => {
    const directory = run({
      "run.jsonl": line(event(0, "run", "info", "begin")),
      "c1.jsonl": `${line(event(1, 0, "invoke"))}{"time":2,"proc`,
    });
    expect(await writeMerged(directory)).toEqual([expect.stringContaining("line 2 of c1.jsonl was dropped")]);
    expect(readFileSync(join(directory, "history.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(2);
  });

  test("refuses a record that is none, and keeps what there is", async () => {
    const directory = run({ "c1.jsonl": `${line(event(1, 0, "invoke"))}nonsense\n` });
    await expect(writeMerged(directory)).rejects.toThrow("line 2 of c1.jsonl: not JSON");
    expect(readdirSync(directory)).toContain("history");
    expect(readdirSync(directory)).not.toContain("history.jsonl");
  });
});
