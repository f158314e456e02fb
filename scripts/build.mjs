// Builds the package into dist/: the TypeScript sources by tsc, the report's page by esbuild (one self-contained file).
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const bin = (name, pkg) => join(dirname(require.resolve(`${pkg}/package.json`)), require(`${pkg}/package.json`).bin[name]);

rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [bin("tsc", "typescript"), "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
const main = join(root, "dist/src/cli/main.js");
if (existsSync(main)) chmodSync(main, 0o755);
