import { expect, test } from "vitest";
import type { OpColumns } from "../columns.js";
import { columnsOf } from "../columns-of.js";
import type { OpEvent } from "../op-event.js";
import { readOpsFrom } from "../reading/read-ops.js";
import { writers } from "./index.js";

const HISTORY: readonly OpEvent[] = [
  { process: 1, f: "acquire", type: "invoke", value: { lock: "a" }, time: 5 },
  { process: 2, f: "acquire", type: "invoke", value: { lock: "a", owner: 'n"1' }, time: 6 },
  { process: 1, f: "acquire", type: "ok", value: { lock: "a", token: "9007199254740993" }, time: 7 },
  { process: 2, f: "acquire", type: "fail", value: { lock: "a" }, error: "held", time: 8 },
  { process: 1, f: "release", type: "invoke", value: { lock: "a" }, time: 9 },
  { process: 1, f: "release", type: "info", value: { lock: "a" }, time: 10 },
  { process: 3, f: "cas", type: "invoke", value: [1, 2], time: 11 },
  { process: 3, f: "cas", type: "ok", value: [1, 2], time: 12 },
  { process: 3, f: "write", type: "invoke", value: { parent: 2, version: 3 }, time: 13 },
  { process: 4, f: "read", type: "invoke", time: 14 },
  { process: 4, f: "read", type: "ok", value: [1, { b: "x" }, 2], time: 15 },
];

async function* text(pieces: Iterable<string>): AsyncGenerator<Buffer, void, undefined> {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** All that a judge sees. */
const seen = ({ process, owner, value, extra, token, ...ops }: OpColumns): unknown => ({
  ...Object.fromEntries(
    (["f", "outcome", "invoke", "complete", "key", "invokeTime", "order"] as const).map((name) => [
      name,
      [...ops[name]],
    ]),
  ),
  keys: ops.keys,
  process: [...process].map(ops.nameOf),
  owner: [...owner].map(ops.nameOf),
  carried: [value, extra, token].map((column) =>
    [...column].map((code) => JSON.stringify(String(ops.valueOf(code)))),
  ),
});

test.each(["jsonl", "edn"])("%s: what is written is read as the same operations", async (name) => {
  const ops = columnsOf(HISTORY);
  const again = await readOpsFrom(text(writers[name]!(ops)), "it", { bytes: null });
  const before = seen(ops) as Record<string, unknown>;
  // The completion of an operation that stays open is not written, so later places move.
  expect(again.ops.count).toBe(ops.count);
  for (const field of ["f", "outcome", "key", "keys", "process", "owner", "carried"])
    expect((seen(again.ops) as Record<string, unknown>)[field]).toEqual(before[field]);
});

test("perfetto: JSON with a slice for each operation, open ones to the end", () => {
  const { traceEvents } = JSON.parse([...writers["perfetto"]!(columnsOf(HISTORY))].join("")) as {
    traceEvents: readonly { ph: string; name: string; ts: number; dur: number; args: { outcome?: string } }[];
  };
  const slices = traceEvents.filter(({ ph }) => ph === "X");
  expect(slices.map(({ name }) => name)).toEqual([
    "acquire",
    "acquire",
    "release",
    "cas 1",
    "write 3",
    'read [1,{"b":"x"},2]',
  ]);
  expect(slices[4]).toMatchObject({ ts: 0.013, dur: expect.closeTo(0.002, 6) });
  expect(slices[1]?.args.outcome).toBe("held");
});
