import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as immediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { byFile } from "./by-file.js";
import { FILE_VARIABLE } from "./faketime.js";

test("who looks into the file while it is written finds an offset", async () => {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-clock-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, "clock");
  writeFileSync(file, "+0");
  const script = `
    const { readFileSync } = require("node:fs");
    let empty = 0;
    for (let n = 0; n < 50_000; n += 1) if (readFileSync(process.argv[1], "utf8").trim() === "") empty += 1;
    process.send(empty);`;
  const reader = spawn(process.execPath, ["-e", script, file], {
    env: { ...process.env, [FILE_VARIABLE]: file },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const found = once(reader, "message");
  const mechanism = byFile([]);
  const over = found.then(() => true);
  for (let n = 0; !(await Promise.race([over, immediate(false)])); n += 1)
    mechanism.set([reader.pid ?? 0], n % 2 ? 36_000_000 : -1_500);
  expect((await found)[0]).toBe(0);
  mechanism.clear([reader.pid ?? 0]);
  expect(readFileSync(file, "utf8").trim()).toBe("+0.000000");
});
