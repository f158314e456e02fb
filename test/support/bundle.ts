import { build } from "esbuild";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { basename, join } from "node:path";

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/lockjepsen-test/", import.meta.url));

/**
 * Makes one JavaScript file of a TypeScript program of the tests, for a process that starts elsewhere (in a namespace):
 * always what the sources say now, whatever dist/ holds. Returns its path; remove it afterwards.
 */
export async function bundle(source: URL): Promise<string> {
  const entry = fileURLToPath(source);
  const outfile = join(CACHE, `${basename(entry, ".ts")}-${randomUUID()}.mjs`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "error",
  });
  return outfile;
}
