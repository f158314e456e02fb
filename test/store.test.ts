/** Runs that begin together, as processes of their own: each has a directory of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { scratch } from "./support/cli.js";

const STORE = new URL("../dist/src/run/store.js", import.meta.url).href;

test("runs of one seed that begin at one instant never share a directory", async () => {
  const output = scratch(onTestFinished);
  const script = `
    const { openStore } = await import(${JSON.stringify(STORE)});
    const plan = { created: "2026-11-21T08:00:00.000Z", seed: 5, judge: { backend: "etcd", recipe: "mutex", nemeses: [] } };
    while (Date.now() < ${Date.now() + 1_000});
    for (let n = 0; n < 100; n += 1) console.log(openStore(process.argv[1], plan).files.directory);`;
  const made = await Promise.all(
    [1, 2].map(async () => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", script, output], {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [said] = await Promise.all([text(child.stdout), once(child, "exit")]);
      return said.trim().split("\n");
    }),
  );
  expect(new Set(made.flat()).size).toBe(200);
});
