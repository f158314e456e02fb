import { expect, test } from "vitest";
import type { HistoryEvent } from "./event.js";
import { pairOperations } from "./pairs.js";

const event = (process: number, type: string, f: string): HistoryEvent =>
  ({ time: 0, process, type, f, client: "c1", lock: "lock-1" }) as never;

test("pairs each invocation with what came of it, annotations aside", () => {
  const ops = pairOperations([
    event(0, "invoke", "acquire"),
    event(1, "invoke", "acquire"),
    event(0, "ok", "acquire"),
    event(0, "invoke", "write"),
    event(0, "ok", "renew"),
    event(0, "info", "phase"),
    event(1, "fail", "acquire"),
    event(0, "info", "write"),
  ]);
  expect(ops.map(({ f, process, outcome, from, to }) => `${process} ${f} ${outcome} ${from}-${to}`)).toEqual([
    "0 acquire ok 0-2",
    "1 acquire fail 1-6",
    "0 write info 3-8", // open: it may still happen after all that is recorded
  ]);
});

test("an operation that nobody saw the end of is open", () => {
  const [op] = pairOperations([event(0, "invoke", "write")]);
  expect(op).toMatchObject({ outcome: "info", completion: null, to: 1 });
});

test.each([
  ["a completion without invocation", [event(0, "ok", "write")], "event 0"],
  ["of something else", [event(0, "invoke", "read"), event(0, "ok", "write")], "event 1"],
  ["two open at once", [event(0, "invoke", "read"), event(0, "invoke", "write")], "event 1"],
])("refuses %s", (_, events, place) => {
  expect(() => pairOperations(events)).toThrow(place);
});
