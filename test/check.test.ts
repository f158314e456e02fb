/** `lockjepsen check` as a program: standard input, many files, threads over the keys of one history, exit codes. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";

const MAIN = new URL("../dist/src/cli/main.js", import.meta.url).pathname;
let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "lockjepsen-check-program-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function check(
  args: readonly string[],
  input: string | Buffer = "",
): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "check", ...args], {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { code: status, out: stdout, err: stderr };
}

const holds = (lock: string, process: number, release: boolean): string =>
  (release ? ["acquire", "release"] : ["acquire"])
    .flatMap((f) =>
      ["invoke", "ok"].map((type) => `${JSON.stringify({ type, process, f, value: { lock } })}\n`),
    )
    .join("");
const GOOD = holds("a", 1, true) + holds("a", 2, true);
const BAD = holds("a", 1, false) + holds("a", 2, true);

test.each([
  [0, GOOD],
  [1, BAD],
  [64, `${GOOD}nonsense\n`],
])("standard input, packed or not: exit code %i", (code, text) => {
  expect(check(["-"], text).code).toBe(code);
  const { code: packed, out } = check(["-", "--model", "owner-mutex", "--json"], gzipSync(text));
  expect(packed).toBe(code);
  if (code !== 64)
    expect(JSON.parse(out)).toMatchObject({ file: "standard input", operations: text === GOOD ? 4 : 3 });
});

test("a record of our own by a pipe is judged as a run", () => {
  const golden = new URL("../checker/golden/overlap/service-double-grant-bad.jsonl", import.meta.url)
    .pathname;
  const piped = spawnSync(
    "sh",
    ["-c", `cat "$1" | "$2" "$3" check - --json`, "sh", golden, process.execPath, MAIN],
    {
      encoding: "utf8",
    },
  );
  expect(JSON.parse(piped.stdout)).toMatchObject({ verdict: "violated", run: { backend: "etcd" } });
});

test("many files: a thread each, a table, the worst verdict", () => {
  const paths = [GOOD, BAD, "nonsense\n"].map((text, n) => {
    const path = join(directory, `${n}.jsonl`);
    writeFileSync(path, text);
    return path;
  });
  const { code, out } = check([...paths, "--threads", "2"]);
  expect(code).toBe(1);
  expect(out.split("\n").map((line) => line.split(" ", 1)[0])).toEqual(["valid", "violated", "error", ""]);
  expect(check([paths[0]!, paths[2]!]).code).toBe(64);
  const { files, verdict } = JSON.parse(check([directory, "--json"]).out) as {
    files: readonly { kind: string }[];
    verdict: string;
  };
  expect([verdict, files.length]).toEqual(["violated", 3]);
});

test("threads over the keys of one history say what one thread says", () => {
  let text = "";
  for (let n = 0; n < 55_000; n += 1) text += holds(`lock ${n % 7}`, n, n !== 54_000);
  const path = join(directory, "keys.jsonl");
  writeFileSync(path, text);
  const [one, two] = ["1", "2"].map((threads) => {
    const { code, out } = check([path, "--json", "--threads", threads]);
    const { models } = JSON.parse(out) as { models: unknown };
    return { code, models };
  });
  expect(one?.code).toBe(1);
  expect(two).toEqual(one);
});
