import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import etcd from "./etcd.js";
import { backendNames, loadBackend } from "./index.js";

let directory: string;
const write = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "lockjepsen-backends-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("every backend carries the name it is known by, and names recipes that are there", async () => {
  expect(backendNames.length).toBeGreaterThan(0);
  for (const name of backendNames) {
    const backend = await loadBackend(name);
    expect(backend.name).toBe(name);
    expect(backend.recipes[backend.defaultRecipe]?.name).toBe(backend.defaultRecipe);
    for (const [key, recipe] of Object.entries(backend.recipes)) expect(recipe.name).toBe(key);
  }
});

describe("a backend of one's own", () => {
  const recipe = "{ name: 'lease', description: '', promises: {}, freedWithin() {}, connect() {} }";
  const source =
    `export default { name: 'mine', description: '', module: import.meta.url, software: {}, nodes: {}, settings: {}, ` +
    `defaultRecipe: 'lease', recipes: { lease: ${recipe} }, endpoint() {}, command() {}, ready() {} };`;

  test("by path and by URL", async () => {
    const path = write("mine.mjs", source);
    expect((await loadBackend(path)).name).toBe("mine");
    expect((await loadBackend(pathToFileURL(path).href)).name).toBe("mine");
  });

  test("one that cannot be loaded", async () => {
    await expect(loadBackend("./not-there.js")).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(/^cannot load the backend \.\/not-there\.js: /),
    });
    await expect(loadBackend("./not-there.ts")).rejects.toMatchObject({
      message: expect.not.stringContaining("Require stack"),
    });
    await expect(loadBackend(write("broken.mjs", "export default {"))).rejects.toMatchObject({
      code: "usage",
    });
  });

  test("a module that exports something else", async () => {
    const path = write("else.mjs", "export const name = 'mine';");
    await expect(loadBackend(path)).rejects.toMatchObject({
      code: "usage",
      message: `${path} has no default export`,
    });
  });

  test("a backend that lacks something", async () => {
    const path = write("half.mjs", "export default { name: 'mine', recipes: {}, command() {} };");
    await expect(loadBackend(path)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(/half\.mjs exports lacks description \(string\), module \(string\), /),
    });
  });
});

test("a name that nobody knows", async () => {
  await expect(loadBackend("etdc")).rejects.toMatchObject({
    code: "usage",
    message: 'unknown backend "etdc"',
    hint: expect.stringMatching(/^did you mean "etcd"\? known: .*etcd/),
  });
  await expect(loadBackend("constructor")).rejects.toMatchObject({ code: "usage" });
});

test("etcd: settings left at their defaults where a version may not know them are not passed", () => {
  const place = { name: "n1", address: "10.0.0.1", dataDirectory: "/data" };
  const settings = Object.fromEntries(
    Object.entries(etcd.settings).map(([key, setting]) => [key, setting.default]),
  );
  const argvOf = (changes: Record<string, string>): readonly string[] =>
    etcd.command(place, [place], {
      binaries: { etcd: "/bin/etcd" },
      settings: { ...settings, ...changes },
      recipe: "mutex",
    }).argv;
  expect(argvOf({}).join(" ")).not.toMatch(/pre-vote|=( |$)/);
  expect(argvOf({})).toContain("--heartbeat-interval=100");
  expect(argvOf({ "pre-vote": "true" })).toContain("--pre-vote=true");
});
