// Builds the package into dist/: the TypeScript sources by tsc, the report's page by esbuild (one self-contained file).
// It builds beside dist/ and swaps at the end, so that what runs from dist/ never sees half of it.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPage } from "./page.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const dist = join(root, "dist");
const fresh = join(root, `dist.new-${process.pid}`);
const stale = join(root, `dist.old-${process.pid}`);

/** Path of a dependency's program. */
function program(name, pkg) {
  const manifest = require.resolve(`${pkg}/package.json`);
  return join(dirname(manifest), require(manifest).bin[name]);
}

const compiled = spawnSync(
  process.execPath,
  [program("tsc", "typescript"), "-p", "tsconfig.build.json", "--outDir", fresh],
  { cwd: root, stdio: "inherit" },
);

const page = join(fresh, "src/report/html/page.html");
mkdirSync(dirname(page), { recursive: true });
writeFileSync(page, await buildPage(root));

for (const program of ["src/cli/main.js", "src/backends/memory/main.js"].map((path) => join(fresh, path)))
  if (existsSync(program)) chmodSync(program, 0o755);
if (existsSync(dist)) renameSync(dist, stale);
renameSync(fresh, dist);
rmSync(stale, { recursive: true, force: true });
process.exitCode = compiled.status ?? 1;
