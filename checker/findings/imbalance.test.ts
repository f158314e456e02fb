/** What the clients' own books say of a number, rule by rule. */
import { expect, test } from "vitest";
import type { HistoryEvent } from "../../src/history/event.js";
import type { ContextChanges } from "../testing/context.js";
import { isLastRead, judged, twoUpdates, type Forge } from "../testing/forged.js";
import type { Scenario } from "../testing/scenario.js";

/** Adds 1 twice, then something is done about what is told. */
function imbalances({
  changes = {},
  forge,
  also = () => {},
}: {
  readonly changes?: ContextChanges;
  readonly forge?: Forge;
  readonly also?: (tells: Scenario) => void;
} = {}): number {
  const tell = (tells: Scenario): void => {
    twoUpdates(tells);
    also(tells);
  };
  const counted = { workload: "counter", sum: { initial: 0, by: 1 }, ...changes } as const;
  return judged(tell, counted, forge).counts.imbalance ?? 0;
}

const showing =
  (value: unknown): Forge =>
  (event) =>
    isLastRead(event) ? ({ ...event, value } as HistoryEvent) : event;

test("adds up, or not", () => {
  expect(imbalances()).toBe(0);
  expect(imbalances({ forge: showing(1) })).toBe(1);
  expect(imbalances({ forge: showing(3) })).toBe(1);
});

test("of what is no number nothing is said", () => {
  expect(imbalances({ forge: showing("3") })).toBe(0);
  expect(imbalances({ forge: showing(undefined) })).toBe(0);
});

test("each lock has books of its own", () => {
  const changes = { locks: ["lock-1", "lock-2"] };
  expect(imbalances({ changes, forge: showing(3) })).toBe(1);
});

test("a read that was no last one, and one whose answer is open, are not what was left", () => {
  const also = (tells: Scenario): void => {
    tells.client("c3", 8).read(5.5, 5.6, { final: true, open: true });
    tells.client("c3", 9).read(5.7, 5.8);
  };
  const wrong = (event: HistoryEvent): HistoryEvent =>
    "client" in event && event.client === "c3" && event.type !== "invoke" && event.process !== "register"
      ? { ...event, value: 7 }
      : event;
  // Its own last read, by another process of it, is left as it is.
  const forge = (event: HistoryEvent): HistoryEvent =>
    event.process === 8 || event.process === 9 ? wrong(event) : event;
  expect(imbalances({ also, forge })).toBe(0);
});

test("who took the lock when all was over hides nothing of what was read before", () => {
  const also = (tells: Scenario): void => {
    tells.client("c3", 8).acquire(5.5, 5.6, { token: 43, until: 8, final: true }).release(5.7, 5.8);
  };
  expect(imbalances({ also, forge: showing(3) })).toBe(1);
});

test("where each adds its element, one that is no number adds nothing", () => {
  const changes: ContextChanges = { sum: { initial: 5, by: "element" } };
  expect(imbalances({ changes, forge: showing(5) })).toBe(0);
  expect(imbalances({ changes, forge: showing(6) })).toBe(1);
});

test("a write whose answer is open may be in it or not, whichever way it goes", () => {
  const changes: ContextChanges = { sum: { initial: 10, by: "element" } };
  const amounts =
    (open: number, value: number) =>
    (event: HistoryEvent): HistoryEvent => {
      if (isLastRead(event)) return { ...event, value } as HistoryEvent;
      if (!("client" in event) || event.f !== "write" || event.process === "register") return event;
      return { ...event, value: event.client === "c3" ? open : 1 };
    };
  const also = (tells: Scenario): void => {
    tells
      .client("c3")
      .acquire(2, 2.1, { token: 43, until: 4 })
      .write(2.3, 2.4, { open: true })
      .release(2.5, 2.6);
  };
  const found = (open: number): readonly number[] =>
    [7, 8, 11, 12, 13, 16, 17].filter(
      (value) => imbalances({ changes, also, forge: amounts(open, value) }) === 0,
    );
  expect(found(4)).toEqual([12, 13, 16]);
  expect(found(-4)).toEqual([8, 11, 12]);
});
