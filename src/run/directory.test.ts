import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { makeDirectories } from "./directory.js";

const scratch = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-directory-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

it("makes all that is missing, and minds nothing that is there", () => {
  const deep = join(scratch(), "a/b/c");
  makeDirectories(deep);
  makeDirectories(deep);
  expect(existsSync(deep)).toBe(true);
});

it("fails where a file is in the way", () => {
  const file = join(scratch(), "file");
  writeFileSync(file, "");
  expect(() => makeDirectories(join(file, "a/b"))).toThrow(/ENOTDIR/);
});

it("fails, and returns, where nothing can be made", () => {
  expect(() => makeDirectories("/proc/nothing/can/be/made/here")).toThrow(/ENOENT|EACCES/);
});
