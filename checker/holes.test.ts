/** A register's log that is cut off or lacks a line: it accuses nobody, and clears nobody. */
import { describe, expect, test } from "vitest";
import type { HistoryEvent } from "../src/history/event.js";
import type { History } from "../src/history/history.js";
import { check } from "./index.js";
import { scenario } from "./testing/scenario.js";

/** c1's open write is version 1, c2 builds upon it (2), and again (3) when c1 has read as its next process, which takes it all
 * back (4). One more (5) comes in when everything else is over.
 */
function history(): History {
  const tells = scenario();
  const c1 = tells.client("c1");
  c1.acquire(0.1, 0.2, { token: 41, until: 2.1 })
    .read(0.3, 0.31)
    .write(0.4, 0.6, { applied: 0.5, open: true });
  c1.release(0.7, 0.8);
  const c2 = tells.client("c2").acquire(0.3, 0.9, { token: 42, until: 2.8 });
  c2.read(1, 1.1).write(1.2, 1.3).write(1.35, 1.4, { applied: 1.82, open: true }).release(1.41, 1.5);
  const next = c1.next(2).acquire(1.3, 1.6, { token: 43, until: 3.5 }).read(1.7, 1.8);
  next.write(1.9, 2, { parent: 0 }).write(2.05, 2.06, { applied: 6, open: true }).release(2.1, 2.2);
  tells.end(4);
  return tells.history();
}
const lacking = (drop: (event: HistoryEvent & { process: "register" }) => boolean): History => {
  const whole = history();
  return {
    ...whole,
    events: whole.events.filter((event) => event.process !== "register" || !drop(event)),
  };
};
const isWrite = (event: HistoryEvent, version: number): boolean =>
  event.process === "register" && event.f === "write" && event.version === version;

test("whole, it shows what was lost", () => {
  expect(check(history())).toMatchObject({
    verdict: "violated",
    counts: { "lost-update": 1, "stale-write": 1 },
  });
});

describe.each<[string, History]>([
  ["without the write of one who never heard of it", lacking((event) => isWrite(event, 1))],
  ["without an acknowledged write", lacking((event) => isWrite(event, 2))],
  ["cut off before the last write", lacking((event) => event.time > 1.85e9)],
])("%s", (_, cut) => {
  test("nothing is known to be lost or stale, or to fit no order", () => {
    const { verdict, counts, reasons, fence } = check(cut);
    expect(counts).toEqual({});
    expect(verdict).toBe("unknown");
    expect(reasons).toContainEqual(
      expect.stringMatching(/^the register's log of lock-1 is not whole \(.+\)/),
    );
    expect(fence).toEqual({ refused: 0, wouldRefuse: 0, wouldSave: 0 });
  });
});

test("cut off before the write that brought it back, an update is not known to be lost", () => {
  const tells = scenario();
  const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 });
  c1.write(0.3, 0.4).release(0.5, 0.6);
  const c2 = tells.client("c2").acquire(0.3, 0.7, { token: 42, until: 2.6 });
  c2.write(0.8, 0.9, { parent: 0 }).release(1, 1.1);
  c1.acquire(0.9, 1.2, { token: 43, until: 3.1 }).write(1.3, 1.4, { parent: 1 }).release(1.5, 1.6);
  tells.end(4);
  const whole = tells.history();
  const lost = (events: readonly HistoryEvent[]): number | undefined =>
    check({ ...whole, events }).counts["lost-update"];
  expect(lost(whole.events)).toBe(1);
  expect(
    lost(whole.events.filter((event) => event.process !== "register" || event.time < 1e9)),
  ).toBeUndefined();
});

test("cut off behind all that was acknowledged, a later read shows it", () => {
  const tells = scenario();
  const c1 = tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 });
  c1.read(0.3, 0.31).write(0.4, 0.6, { applied: 0.5, open: true }).release(0.7, 0.8);
  tells.end(4);
  const whole = tells.history();
  const events = whole.events.filter((event) => event.process !== "register" || event.time < 0.45e9);
  const { counts, reasons } = check({ ...whole, events });
  expect(counts).toEqual({});
  expect(reasons).toContainEqual(expect.stringMatching(/not whole \(it ends before version 1\)/));
});
