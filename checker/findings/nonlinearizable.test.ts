/** What of a register or lock fits no order, and what is cited for it. */
import { describe, expect, test } from "vitest";
import { isClientEvent, type ClientEvent, type HistoryEvent } from "../../src/history/event.js";
import { judged } from "../testing/forged.js";
import type { Scenario } from "../testing/scenario.js";
import type { Finding } from "../types.js";

const found = (...told: Parameters<typeof judged>): readonly Finding[] =>
  judged(...told).findings.filter(({ kind }) => kind === "nonlinearizable");

test("a write whose answer was given up is over when it was applied, not when it was given up", () => {
  const late = (tells: Scenario): void => {
    const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2 }).read(0.3, 0.4);
    c1.write(0.5, 0.6, { applied: 0.9, open: true }).release(1, 1.1);
    tells.client("c2", 1).read(0.7, 0.8).read(1.2, 1.3);
  };
  expect(found(late)).toEqual([]);
});

describe("what the register answered is held against what it did", () => {
  const tell = (tells: Scenario): void => {
    const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 4 });
    c1.write(0.5, 0.6).read(0.7, 0.8).release(1.5, 1.6);
    tells.client("c2", 1).read(2, 2.1, { open: true });
  };
  const isAnswer = ({ f, type, final }: ClientEvent, of: "read" | "write"): boolean =>
    f === of && type !== "invoke" && final !== true;

  test("a write that it refused, and others read", () => {
    const refused = (event: HistoryEvent): HistoryEvent =>
      isClientEvent(event) && isAnswer(event, "write") ? { ...event, type: "fail", error: "fenced" } : event;
    expect(found(tell)).toEqual([]);
    expect(found(tell, {}, refused)[0]?.explanation).toMatch(/version 1 was read, and nobody had written it/);
  });
  test("a read whose answer was given up is none, whatever it shows", () => {
    const shows = (event: HistoryEvent): HistoryEvent =>
      isClientEvent(event) && isAnswer(event, "read") && event.type === "info"
        ? { ...event, version: 7 }
        : event;
    expect(found(tell, {}, shows)).toEqual([]);
  });
});

test("only what contradicts each other is cited", () => {
  const tell = (tells: Scenario): void => {
    const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 4 }).read(0.3, 0.4);
    c1.write(0.5, 0.6).write(0.7, 0.8).read(0.9, 1).write(1.1, 1.2).release(1.5, 1.6);
  };
  // The read after the second write shows the first.
  const stale = (event: HistoryEvent): HistoryEvent =>
    event.process === 0 && event.f === "read" && event.type === "ok" && event.time > 0.9e9
      ? { ...event, version: 1 }
      : event;
  const [violation] = found(tell, {}, stale);
  expect(violation?.explanation).toMatch(/^The register of lock-1: version/);
  // Two writes and a read, asked and answered.
  expect(violation?.ops).toHaveLength(6);
});

test("a lock that keeps nobody out is judged by no order", () => {
  const twice = (tells: Scenario): void => {
    tells.client("c1").acquire(0.1, 0.2, { token: 41 }).release(1.5, 1.6);
    tells.client("c2").acquire(0.3, 0.4, { token: 42 }).release(1.7, 1.8);
  };
  expect(found(twice, { promises: { lease: "none" } })).toHaveLength(1);
  const kept = (tells: Scenario): void => {
    tells.client("c1").acquire(0.1, 0.2, { token: 41 });
    tells.client("c2").acquire(0.3, 0.4, { token: 42 });
  };
  expect(found(kept, { promises: { lease: "none" } })).toHaveLength(1);
  expect(found(twice, { promises: { lease: "none", exclusion: "none" } })).toEqual([]);
  expect(found(twice, { promises: { lease: "none", exclusion: "resource" } })).toEqual([]);
  expect(found(twice)).toEqual([]);
});
