/** What the clients' own books say of a number, rule by rule. */
import { expect, test } from "vitest";
import type { HistoryEvent } from "../../src/history/event.js";
import { check } from "../index.js";
import type { ContextChanges } from "../testing/context.js";
import { scenario, type Scenario } from "../testing/scenario.js";

/** Adds 1 twice, then something is done about what is told. */
function imbalances({
  changes = {},
  forge = (event) => event,
  also = () => {},
}: {
  readonly changes?: ContextChanges;
  readonly forge?: (event: HistoryEvent) => HistoryEvent;
  readonly also?: (tells: Scenario) => void;
} = {}): number {
  const tells = scenario({ workload: "counter", sum: { initial: 0, by: 1 }, ...changes });
  tells
    .client("c1")
    .acquire(0.1, 0.2, { token: 41, until: 2 })
    .read(0.3, 0.4)
    .write(0.5, 0.6)
    .release(0.7, 0.8);
  tells
    .client("c2")
    .acquire(0.9, 1, { token: 42, until: 3 })
    .read(1.1, 1.2)
    .write(1.3, 1.4)
    .release(1.5, 1.6);
  also(tells);
  tells.end(4);
  const history = tells.history();
  return check({ ...history, events: history.events.map(forge) }).counts.imbalance ?? 0;
}

const isLast = (event: HistoryEvent): boolean =>
  "final" in event && event.process !== "register" && event.type === "ok" && event.f === "read";
const showing =
  (value: unknown) =>
  (event: HistoryEvent): HistoryEvent =>
    isLast(event) ? ({ ...event, value } as HistoryEvent) : event;

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

test("a write whose answer is open may be in it or not, whichever way it goes", () => {
  const changes: ContextChanges = { sum: { initial: 10, by: "element" } };
  const amounts =
    (open: number, value: number) =>
    (event: HistoryEvent): HistoryEvent => {
      if (isLast(event)) return { ...event, value } as HistoryEvent;
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
