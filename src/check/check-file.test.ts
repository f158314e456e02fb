import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkFile } from "./check-file.js";
import { checkFiles, expand } from "./check-files.js";
import type { CheckedHistory, CheckOptions } from "./types.js";

const OPTIONS: CheckOptions = {
  models: [],
  lenient: false,
  timeMs: 10_000,
  memoryBytes: 1 << 28,
  threads: 1,
};
const GOLDEN = new URL("../../checker/golden/overlap/", import.meta.url).pathname;

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "lockjepsen-check-test-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, ...events: readonly object[]): string {
  const path = join(directory, name);
  writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  return path;
}

const ok = (process: number, f: string, value: unknown, told: unknown = value): readonly object[] => [
  { type: "invoke", process, f, value },
  { type: "ok", process, f, value: told },
];

const guessedFor = async (...events: readonly object[]): Promise<readonly string[]> =>
  ((await checkFile(file("guess.jsonl", ...events), OPTIONS)) as CheckedHistory).models.map(
    ({ model }) => model,
  );

describe("the models that operations call for", () => {
  test.each<[readonly string[], readonly object[]]>([
    [["owner-mutex"], ok(1, "acquire", null)],
    [["fenced-mutex"], ok(1, "acquire", null, { token: 3 })],
    [["rw-lock"], ok(1, "acquire", { mode: "read" })],
    [["register"], [...ok(1, "write", 1), ...ok(1, "read", null, 1)]],
    [["cas-register"], ok(1, "cas", [1, 2])],
    [["lost-update"], ok(1, "write", { parent: 0, version: 1 })],
    [["set"], [...ok(1, "add", 1), ...ok(1, "read", null, [1])]],
    [["counter"], [...ok(1, "add", 1), ...ok(1, "read", null, 1)]],
    [
      ["owner-mutex", "register"],
      [...ok(1, "acquire", null), ...ok(1, "write", 1)],
    ],
  ])("%j", async (models, events) => {
    expect(await guessedFor(...events)).toEqual(models);
  });

  test("of fenced-mutex it says that overlaps were not looked at, unless it was named", async () => {
    const path = file("tokens.jsonl", ...ok(1, "acquire", null, { token: 3 }));
    const notesOf = async (models: readonly string[]): Promise<string> =>
      ((await checkFile(path, { ...OPTIONS, models })) as CheckedHistory).notes.join("\n");
    expect(await notesOf([])).toContain("holds may overlap");
    expect(await notesOf(["fenced-mutex"])).toBe("");
  });

  test("none: an error says what to do", async () => {
    await expect(checkFile(file("none.jsonl", ...ok(1, "push", 1)), OPTIONS)).rejects.toThrow("push");
  });
});

test("a record of our own is judged as a run, and as a model where one is named", async () => {
  const path = join(GOLDEN, "service-double-grant-bad.jsonl");
  expect(await checkFile(path, OPTIONS)).toMatchObject({ kind: "run", verdict: "violated" });
  expect(await checkFile(path, { ...OPTIONS, models: ["owner-mutex"] })).toMatchObject({
    kind: "history",
    verdict: "violated",
    models: [{ model: "owner-mutex", violated: 1 }],
  });
});

describe("a model of one's own", () => {
  const stack = (text: string): string => {
    const path = join(directory, `stack-${Math.random().toString(36).slice(2)}.mjs`);
    writeFileSync(path, text);
    return path;
  };
  const STACK = `export default {
    name: "stack", operations: ["push", "pop"], init: [], partition: ({ owner }) => owner === 0 ? "all" : "own",
    step: (stack, { f, value }) => f === "push" ? [...stack, value] : value === stack.at(-1) ? stack.slice(0, -1) : undefined,
  };`;
  const popped = (value: number): string =>
    file("stack.jsonl", ...ok(1, "push", 1), ...ok(2, "push", 2), ...ok(1, "pop", null, value));

  test("judges", async () => {
    const options = { ...OPTIONS, models: [stack(STACK)] };
    expect(await checkFile(popped(2), options)).toMatchObject({ verdict: "valid" });
    expect(await checkFile(popped(1), options)).toMatchObject({ verdict: "violated" });
  });

  test("that throws has not judged", async () => {
    const models = [stack(STACK.replace("f ===", "g ==="))];
    const checked = await checkFile(popped(2), { ...OPTIONS, models });
    expect(checked).toMatchObject({
      verdict: "unknown",
      models: [{ reason: expect.stringContaining("g is not defined") }],
    });
  });

  test.each([
    ["cannot be loaded", "export default {"],
    ['no "init"', 'export default { name: "x", operations: ["y"], step: () => 1 }'],
    ['"step" is no function', 'export default { name: "x", operations: ["y"], init: 0 }'],
    ["exports no object", "export const model = 1"],
  ])("%s", async (what, text) => {
    await expect(checkFile(popped(2), { ...OPTIONS, models: [stack(text)] })).rejects.toThrow(what);
  });
});

test("a search gives up when its time is over, and says how far it got", async () => {
  const events: object[] = [];
  for (let process = 0; process < 20; process += 1)
    events.push({ type: "invoke", process, f: "add", value: 2 ** process });
  events.push(...ok(20, "read", null, 3.5));
  const checked = await checkFile(file("hard.jsonl", ...events), {
    ...OPTIONS,
    models: ["counter"],
    timeMs: 50,
  });
  expect(checked).toMatchObject({ verdict: "unknown" });
  expect((checked as CheckedHistory).models[0]?.reason).toMatch(/gave up at event 21, \d+ % of the way/);
});

test("directories are looked through, and what cannot be read is told beside the rest", async () => {
  const many = join(directory, "many");
  mkdirSync(join(many, "deeper"), { recursive: true });
  const paths = ["b.jsonl", "a.jsonl", "deeper/c.edn", "notes.md"].map((name) => join(many, name));
  for (const path of paths) writeFileSync(path, '{"type":"invoke","process":1,"f":"read"}\n');
  const files = expand([many]);
  expect(files).toEqual([paths[1], paths[0], paths[2]]);
  writeFileSync(paths[2]!, "{:type");
  const checked = await checkFiles(files, OPTIONS);
  expect(checked.map(({ kind }) => kind)).toEqual(["history", "history", "error"]);
  expect(() => expand([join(directory, "many", "deeper", "..", "..", "empty")])).not.toThrow();
  mkdirSync(join(directory, "bare"));
  expect(() => expand([join(directory, "bare")])).toThrow("holds no history");
});
