/** lockjepsen as an image: the package as it stands here with what it depends on, and the Node that runs it. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Readable } from "node:stream";
import { LockjepsenError } from "../../error.js";
import { filesBelow, inPackage, PACKAGE_ROOT } from "../../package-root.js";
import { withScratch } from "../cache.js";
import { dependencies } from "./dependencies.js";
import { packDirectory } from "./tar.js";

/** Where it is in its image. */
const HOME = "/usr/lib/lockjepsen";
const NODE = "/usr/local/bin/node";

/** Where a program of ours, or our Node, is in the image. */
export function pathInImage(path: string): string {
  if (path === process.execPath) return NODE;
  const below = relative(PACKAGE_ROOT, path);
  return below.startsWith("..") ? path : join(HOME, below);
}

/** What of the package is needed to run. */
const PARTS = ["dist", "docker", "package.json"];

/** Changes with the package, its dependencies and Node. */
export async function ownDigest(): Promise<string> {
  const hash = createHash("sha256").update(process.version);
  for (const file of await filesBelow(PARTS.map((part) => inPackage(part)))) {
    hash.update(relative(PACKAGE_ROOT, file));
    hash.update(await readFile(file));
  }
  for (const { place, version } of dependencies(PACKAGE_ROOT)) hash.update(`${place}@${version}`);
  return hash.digest("hex");
}

/** Hands an archive of all that the image is built from to `use`. */
export async function ownContext(
  dockerfile: string,
  use: (context: Readable) => Promise<void>,
): Promise<void> {
  if (!existsSync(inPackage("dist", "src", "cli", "main.js")))
    throw new LockjepsenError("environment", "lockjepsen is not built", "run `npm run build`");
  await withScratch(async (scratch) => {
    const home = join(scratch, "lockjepsen");
    await writeFile(join(scratch, "Dockerfile"), dockerfile);
    for (const part of PARTS) await cp(inPackage(part), join(home, part), { recursive: true });
    for (const { place, directory } of dependencies(PACKAGE_ROOT))
      await cp(directory, join(home, place), {
        recursive: true,
        filter: (path) => !relative(directory, path).split("/").includes("node_modules"),
      });
    const bin = join(scratch, "node", "bin");
    await mkdir(bin, { recursive: true });
    if (nodeIsPortable()) await cp(process.execPath, join(bin, "node"));
    await use(packDirectory(scratch, 0));
  });
}

/** What the image begins with: where Node cannot be copied from here, the registry's own image of it. */
export const baseWithNode = (): string | undefined =>
  nodeIsPortable() ? undefined : `node:${process.versions.node.split(".")[0]}-bookworm-slim`;

/** Whether our Node runs on any Linux with a C library: not one that a distribution has linked with libraries of its own. */
function nodeIsPortable(): boolean {
  const variables = process.config.variables as unknown as Readonly<Record<string, unknown>>;
  const shared = Object.entries(variables).some(
    ([key, value]) => key.startsWith("node_shared") && value === true,
  );
  return process.platform === "linux" && !shared;
}
