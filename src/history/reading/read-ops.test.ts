import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cell, NIL, type OpColumns } from "../columns.js";
import { readOps, readOpsFrom, type OpHistory, type ReadOpsOptions } from "./read-ops.js";

/** Reads a text, cut into pieces of so many bytes. */
async function read(
  text: string | Buffer,
  options: ReadOpsOptions = {},
  piece = 1 << 16,
): Promise<OpHistory> {
  const bytes = Buffer.from(text);
  async function* pieces(): AsyncGenerator<Buffer, void, undefined> {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  }
  return readOpsFrom(pieces(), "it", { ...options, bytes: bytes.length });
}

/** Each operation in a line. */
function told(ops: OpColumns): readonly string[] {
  return Array.from({ length: ops.count }, (_, row) => {
    const shown = (code: number): string => (code === NIL ? "" : ` ${JSON.stringify(ops.valueOf(code))}`);
    const key = ops.key[row] === 0 ? "" : ` @${String(ops.keys[ops.key[row]!])}`;
    const outcome = ["ok", "fail", "info", "held"][ops.outcome[row]!];
    return `${ops.nameOf(ops.owner[row]!)} ${ops.operations[ops.f[row]!]} ${outcome}${key}${shown(ops.value[row]!)}${shown(cell(ops.extra, row))}${cell(ops.token, row) === NIL ? "" : ` #${String(ops.valueOf(cell(ops.token, row)))}`}`;
  });
}

const FORMATS: readonly (readonly [format: string, text: string])[] = [
  [
    "JSON lines",
    `{"index":0,"type":"invoke","process":0,"f":"write","value":3,"time":10}
{"index":1,"type":"info","process":"nemesis","f":"start","value":null,"time":11}
{"index":2,"type":"ok","process":0,"f":"write","value":3,"time":12}
{"index":3,"type":"invoke","process":1,"f":"cas","value":[3,4],"time":13}
{"index":4,"type":"invoke","process":0,"f":"read","value":null,"time":14}
{"index":5,"type":"fail","process":1,"f":"cas","value":[3,4],"time":15}
{"index":6,"type":"info","process":0,"f":"read","value":null,"time":16,"error":"timeout"}
`,
  ],
  [
    "EDN",
    `{:type :invoke, :f :write, :value 3, :process 0, :time 10, :index 0}
{:type :info, :f :start, :value nil, :process :nemesis, :time 11, :index 1}
#jepsen.history.Op{:index 2 :type :ok, :f :write, :value 3, :process 0, :time 12}
{:type :invoke, :f :cas, :value [3 4], :process 1, :time 13, :index 3} ; a comment {
{:type :invoke, :f :read, :value nil, :process 0, :time 14, :index 4} #_ {:type :nothing}
{:type :fail, :f :cas, :value [3 4], :process 1, :time 15, :index 5, :error [:code "no \\"way\\""]}
{:type :info, :f :read, :value nil, :process 0, :time 16, :index 6, :error :timeout}
`,
  ],
  [
    "EDN",
    `[{:type :invoke :f :write :value 3 :process 0} {:type :info :f :start :process :nemesis}
 {:type :ok :f :write :value 3
  :process 0}
 {:type :invoke, :f :cas :value [3 4] :process 1} {:type :invoke :f :read :process 0}
 {:type :fail :f :cas :value [3 4] :process 1} {:type :info :f :read :process 0}]
`,
  ],
  [
    "Jepsen log",
    `INFO  jepsen.core - Running test
INFO  jepsen.util - 0\t:invoke\t:write\t3
INFO  jepsen.util - :nemesis\t:info\t:start\tnil
INFO  jepsen.util - 0\t:ok\t:write\t3
2020-01-01 10:00:00 INFO [worker 1] jepsen.util 1 :invoke :cas [3 4]
INFO  jepsen.util - 0\t:invoke\t:read\tnil
INFO  jepsen.util - 1\t:fail\t:cas\t[3 4]
INFO  jepsen.util - 0\t:info\t:read\t:timed-out
`,
  ],
];

describe.each(FORMATS)("%s", (format, text) => {
  test.each([1 << 16, 7, 1])("is known by its content and read, in pieces of %i bytes", async (piece) => {
    const history = await read(text, {}, piece);
    expect(history.format).toBe(format);
    expect(told(history.ops)).toEqual(["0 write ok 3", "1 cas fail 3 4", "0 read info"]);
    expect(history.apart).toBe(format === "Jepsen log" ? 2 : 1);
    expect(history.notes).toEqual([]);
  });
});

test.each([
  ['{"type":"invoke","process":1,"f":"acquire","value":"a"}', "a acquire info"],
  ['{"type":"invoke","process":1,"f":"acquire","value":{"lock":"x","owner":"a"}}', "a acquire info @x"],
  ['{"type":"invoke","process":1,"f":"acquire","value":["x",null]}', "1 acquire info @x"],
  ['{"type":"invoke","process":1,"f":"acquire","value":{"mode":"shared"}}', "1 acquire-read info"],
  ['{"type":"invoke","process":1,"f":"acquire","lock":"x","client":"c1","grant":"1.1"}', "1 acquire info @x"],
  ['{"type":"invoke","process":1,"f":"write","value":["k",5]}', "1 write info @k 5"],
  ['{"type":"invoke","process":1,"f":"cas","value":["k",[5,6]]}', "1 cas info @k 5 6"],
  ['{"type":"invoke","process":1,"f":"cas","value":[5,6]}', "1 cas info 5 6"],
  ['{"type":"invoke","process":1,"f":"write","value":{"parent":1,"version":2}}', "1 write info 2 1"],
  [
    '{"type":"invoke","process":1,"f":"write","token":"9007199254740993","value":1}',
    "1 write info 1 #9007199254740993",
  ],
  [
    '{"type":"invoke","process":1,"f":"write","token":9007199254740993,"value":1}',
    "1 write info 1 #9007199254740993",
  ],
  ['{"type":"invoke","process":1,"f":"add","value":{"a":[1,{"b":2}]}}', '1 add info {"a":[1,{"b":2}]}'],
  [
    "{:type :invoke :process 1 :f :write :token 9007199254740993 :value 1N}",
    "1 write info 1 #9007199254740993",
  ],
])("%s", async (line, expected) => {
  expect(told((await read(`${line}\n`)).ops)).toEqual([expected]);
});

test("a value that only the answer to an acquire shows is a token, and so is the release's", async () => {
  const lines = [
    { process: 1, f: "acquire", type: "invoke" },
    { process: 1, f: "acquire", type: "ok", value: 41 },
    { process: 1, f: "release", type: "invoke", value: 41 },
    { process: 1, f: "release", type: "ok", value: 41 },
  ];
  const { ops } = await read(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  expect(told(ops)).toEqual(["1 acquire ok #41", "1 release ok #41"]);
});

const INVOKE = '{"type":"invoke","process":1,"f":"read"}\n';
const OK = '{"type":"ok","process":1,"f":"read","value":1}\n';

describe("what is malformed is refused with its line, or left out and counted", () => {
  test.each([
    ["not JSON", `${INVOKE}{"type":\n${OK}`, 2],
    ["without having begun", OK, 1],
    ["before its read of event 0 has ended", INVOKE + INVOKE + OK, 2],
    [
      "its index 3 comes after 3",
      '{"index":3,"type":"invoke","process":1,"f":"read"}\n{"index":3,"type":"ok","process":1,"f":"read"}\n',
      2,
    ],
    ['names no "process"', '{"type":"ok","f":"read"}\n', 1],
    ['no "f"', '{"type":"ok","process":1}\n', 1],
    ['"type" is "okay"', '{"type":"okay","process":1,"f":"read"}\n', 1],
    ["not JSON", `${INVOKE}\0\n`, 2],
    ["not JSON", `${INVOKE}{"type":"ok","process":1,"f":"re\0ad"}\n`, 2],
    [
      "nested",
      `${INVOKE}{"type":"ok","process":1,"f":"read","value":${"[".repeat(5_000)}${"]".repeat(5_000)}}\n`,
      2,
    ],
    ["nested", `{:type :invoke :process 1 :f :read}\n{:value ${"[".repeat(100_000)}\n`, 2],
    [
      "closes what was not opened",
      "{:type :invoke :process 1 :f :read}\n}\n{:type :ok :process 1 :f :read}\n",
      2,
    ],
    ["key without a value", "{:type :invoke :process 1 :f :read}\n{:type}\n", 2],
  ])("%s", async (what, text, line) => {
    const error: unknown = await read(text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "usage", message: expect.stringContaining(`line ${line} of it: `) });
    expect(String(error)).toContain(what);
    const { skipped, notes } = await read(text, { lenient: true });
    expect(skipped).toBe(1);
    expect(notes.join()).toContain(`line ${line}`);
  });

  test("leniently, an operation that was never answered stays open", async () => {
    expect(told((await read(INVOKE + INVOKE + OK, { lenient: true })).ops)).toEqual([
      "1 read info",
      "1 read ok 1",
    ]);
  });

  test.each([
    ["is empty", ""],
    ["no history of a format", "hello\n"],
    ["binary", "\0\u0001\u0002"],
  ])("%s", async (what, text) => {
    await expect(read(text)).rejects.toThrow(what);
  });
});

test.each([
  ["JSON lines", `${INVOKE}{"type":"ok","proc`],
  ["EDN", "{:type :invoke :process 1 :f :read}\n{:type :ok :proc"],
  ["Jepsen log", "INFO jepsen.util - 1 :invoke :read nil\nINFO jepsen.util - 1 :ok :read 1"],
])("%s: a last line that is cut off is dropped, with a note", async (_, text) => {
  const { ops, notes, skipped } = await read(text);
  expect(told(ops)).toEqual(["1 read info"]);
  expect([notes.length, skipped]).toEqual([1, 0]);
  expect(notes[0]).toContain("line 2 of it was dropped");
});

test("a last line without a newline that is whole is taken", async () => {
  expect(told((await read((INVOKE + OK).trimEnd())).ops)).toEqual(["1 read ok 1"]);
});

test("time that runs backwards is told", async () => {
  const { notes } = await read(
    '{"type":"invoke","process":1,"f":"read","time":5}\n{"type":"ok","process":1,"f":"read","time":3}\n',
  );
  expect(notes.join()).toContain("run backwards at 1 event");
});

describe("packed", () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "lockjepsen-read-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  // `printf ... | zstd`, of the very text below.
  const ZSTD =
    "KLUv/SRYDQIAdAN7InR5cGUiOiJpbnZva2UiLCJwcm9jZXNzIjoxLCJmIjoicmVhZCJ9Cm9rLCJ2YWx1ZSI6MX0KAgBIARymqTKvTDWy";

  test("gzip, whole and cut", async () => {
    const packed = gzipSync(INVOKE + OK);
    const path = join(directory, "history.gz");
    writeFileSync(path, packed);
    expect(told((await readOps(path)).ops)).toEqual(["1 read ok 1"]);
    writeFileSync(path, packed.subarray(0, packed.length - 12));
    await expect(readOps(path)).rejects.toThrow("cannot be unpacked");
  });

  test("zstd, whole and cut", async () => {
    const packed = Buffer.from(ZSTD, "base64");
    const path = join(directory, "history.zst");
    writeFileSync(path, packed);
    expect(told((await readOps(path)).ops)).toEqual(["1 read ok 1"]);
    writeFileSync(path, packed.subarray(0, packed.length - 12));
    await expect(readOps(path)).rejects.toThrow("cannot be unpacked");
  });

  test("a file that is not there", async () => {
    await expect(readOps(join(directory, "none"))).rejects.toThrow("does not exist");
  });
});
