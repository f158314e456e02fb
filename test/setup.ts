import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Processes that tests start run what is built: without dist/ they would all fail for one and the same reason. */
export function setup(): void {
  if (existsSync(fileURLToPath(new URL("../dist/src/cli/main.js", import.meta.url)))) return;
  const script = fileURLToPath(new URL("../scripts/build.mjs", import.meta.url));
  const { status } = spawnSync(process.execPath, [script], { stdio: "inherit" });
  if (status !== 0) throw new Error("the build failed");
}
