import * as fc from "fast-check";
import { expect, test } from "vitest";
import { columnBuilder } from "../column-builder.js";
import { createDraft } from "../draft.js";
import { createShape, fill } from "../op-event.js";
import { eventSink, type EventSink } from "./event-sink.js";
import { jsonLines } from "./json-line.js";
import { parseJson } from "./json-value.js";
import { PARSERS } from "./parsers.js";
import { FIELD, fillLine, saidIn } from "./plain-line.js";

const odd = fc.oneof(
  fc.boolean(),
  fc.constantFrom("é", 'q"', "\u007f"),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
);
const scalar = fc.oneof(
  {
    arbitrary: fc.constantFrom<unknown>(null, "a", "nemesis", "held", "1", "", "a name of twenty-three"),
    weight: 20,
  },
  { arbitrary: fc.integer(), weight: 20 },
  { arbitrary: odd, weight: 1 },
);
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 4 }),
  fc.dictionary(fc.constantFrom("lock", "token", "owner", "mode", "x"), scalar),
  fc.tuple(scalar, fc.tuple(scalar, scalar)),
);
const event = fc.record(
  {
    type: fc.constantFrom("invoke", "ok", "fail", "info"),
    process: fc.oneof(fc.nat(3), scalar),
    f: fc.constantFrom("acquire", "release", "read", "write", "cas", "add", "renew", "other", "lost"),
    value,
    time: fc.oneof(fc.nat(), fc.maxSafeInteger(), scalar),
    index: fc.nat(),
    lock: scalar,
    key: value,
    owner: scalar,
    token: scalar,
    fence: scalar,
    mode: fc.constantFrom("shared", "write", null, 1),
    version: scalar,
    parent: scalar,
    error: value,
    extra: value,
  },
  { requiredKeys: ["type", "process", "f"] },
);

test("a plain line says what JSON.parse reads in it", () => {
  let plain = 0;
  fc.assert(
    fc.property(event, fc.boolean(), fc.array(fc.nat(200), { maxLength: 2 }), (event, spaced, cuts) => {
      let line = spaced ? JSON.stringify(event, null, " ").replaceAll("\n", "") : JSON.stringify(event);
      for (const cut of cuts) if (cut < 40) line = line.slice(0, cut) + line.slice(cut + 1);
      const bytes = Buffer.from(` ${line} `);
      const lines = jsonLines();
      if (lines.read(bytes, 1, bytes.length - 1) < 0) return;
      plain += 1;
      const outcomes = [true, false].map((quick) => {
        const draft = createDraft();
        const builder = columnBuilder();
        const filled = quick
          ? fillLine(draft, lines.line, builder, createShape())
          : fill(draft, parseJson(line), builder, createShape());
        return JSON.stringify([
          filled,
          draft,
          builder.names.nameOf(draft.process),
          draft.key,
          builder.values.valueOf(draft.value),
        ]);
      });
      expect(outcomes[0]).toBe(outcomes[1]);
    }),
    { numRuns: 3_000 },
  );
  expect(plain).toBeGreaterThan(400);
});

test.each(["1763733600123456789", "-1763733600123456787", "9007199254740993", "4294967295999999999"])(
  "a time of %s is the nearest double",
  (digits) => {
    const lines = jsonLines();
    const bytes = Buffer.from(`{"time":${digits}}`);
    expect(lines.read(bytes, 0, bytes.length)).toBe(bytes.length);
    expect(saidIn(lines.line, FIELD.time)).toBe(Number(digits));
  },
);

/** Lines as several writers have them, in which each process asks and is answered by turns. */
const writer = fc.record({
  order: fc.shuffledSubarray(["index", "type", "process", "f", "value", "time"], { minLength: 3 }),
  named: fc.boolean(),
  keyed: fc.boolean(),
  spaced: fc.boolean(),
  epoch: fc.boolean(),
  more: fc.subarray(["lock", "owner", "token", "error", "client"]),
});
type Writer = typeof writer extends fc.Arbitrary<infer T> ? T : never;

function written({ order, named, keyed, spaced, epoch, more }: Writer, n: number): string {
  const [client, step] = [n % 3, n >> 1];
  const fields: Record<string, unknown> = {
    index: n,
    type: n % 6 < 3 ? "invoke" : ["ok", "ok", "fail", "info"][step % 4],
    process: named ? `client-number-${client}` : client,
    f: ["acquire", "release", "read", "write"][Math.floor(n / 6) % 4],
    value: keyed ? ["k", step] : step % 5 === 0 ? `v${step}` : step,
    time: n * 1_000 + (epoch ? 1_763_733_600_000_000_000 : 0),
    lock: "lock-1",
    owner: `o${client}`,
    token: step,
    error: step % 2 === 0 ? "held" : ["held", step],
    client: `c${n}`,
  };
  const line = Object.fromEntries([...order, ...more].map((name) => [name, fields[name]]));
  const text = JSON.stringify(line);
  return spaced ? text.replaceAll(/([,:])(?=["[{\d])/g, "$1 ") : text;
}

const PIECES = [
  '"',
  ",",
  ":",
  "{",
  "}",
  "[",
  "]",
  "\\",
  " ",
  "\t",
  "\r",
  "\n",
  "\0",
  "0",
  "-",
  "1e3",
  ".5",
  "é",
];
const WHOLE = [
  "null",
  "true",
  '"invoke"',
  '"ok"',
  "1234567890123456789",
  '"a\\u0041"',
  '{"a":[1]}',
  '"__proto__":',
];

/** A place, as a share of the line, how much is cut there, and what is put in its place. */
const mutation = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat(3),
  fc.oneof(fc.constantFrom(...PIECES, ...WHOLE), fc.constant("")),
);

function mutated(line: string, mutations: readonly (readonly [number, number, string])[]): string {
  let text = line;
  for (const [share, cut, piece] of mutations) {
    const at = Math.floor(share * text.length);
    text = text.slice(0, at) + piece + text.slice(at + cut);
  }
  return text;
}

const SPACE = 0x20;
const isBlank = (line: Buffer): boolean => line.every((byte) => byte <= SPACE) && !line.includes(0);

/** Takes every line by JSON.parse. */
function slowly(bytes: Buffer, sink: EventSink): void {
  let number = 0;
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf("\n", from);
    const line = bytes.subarray(from, end);
    from = end + 1;
    number += 1;
    if (isBlank(line)) continue;
    try {
      sink.event(parseJson(line.toString()));
    } catch (error) {
      sink.caught(error, number);
    }
  }
}

function quickly(bytes: Buffer, sink: EventSink, piece: number): void {
  const parser = PARSERS["JSON lines"](sink);
  for (let at = 0; at < bytes.length; at += piece) parser.feed(bytes.subarray(at, at + piece));
  parser.end();
}

/** All that a history says, or why it is refused. */
function told(read: (sink: EventSink) => void, lenient: boolean): unknown {
  const builder = columnBuilder();
  const sink = eventSink(builder, "it", lenient);
  try {
    read(sink);
  } catch (error) {
    return String(error);
  }
  return { ...builder.finish(), nameOf: null, valueOf: null, apart: sink.apart, notes: sink.notes() };
}

test("mutated lines are read, or refused, as JSON.parse has it", () => {
  let lines = 0;
  let whole = 0;
  const file = fc.tuple(
    writer,
    writer,
    fc.array(fc.oneof(fc.constant([]), fc.array(mutation, { maxLength: 3 })), {
      minLength: 30,
      maxLength: 50,
    }),
  );
  fc.assert(
    fc.property(file, fc.boolean(), fc.integer({ min: 1, max: 4_000 }), ([one, two, all], lenient, piece) => {
      const text = all.map((mutations, n) => mutated(written(n % 7 < 5 ? one : two, n), mutations));
      const bytes = Buffer.from(`${text.join("\n")}\n`);
      lines += all.length;
      const expected = told((sink) => slowly(bytes, sink), lenient);
      if (typeof expected === "object") whole += 1;
      expect(told((sink) => quickly(bytes, sink, piece), lenient)).toEqual(expected);
    }),
    { numRuns: 800 },
  );
  expect(lines).toBeGreaterThan(20_000);
  expect(whole).toBeGreaterThan(300);
});
