/** lockjepsen as an image: the package as it stands here with what it depends on, and the Node that runs it. */
import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Readable } from "node:stream";
import { LockjepsenError } from "../../error.js";
import { filesBelow, inPackage, PACKAGE_ROOT } from "../../package-root.js";
import { withScratch } from "../cache.js";
import { lastLine, runCommand } from "../command.js";
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
    const copies = [
      ...PARTS.map((part) => [inPackage(part), join(home, part)] as const),
      ...dependencies(PACKAGE_ROOT).map(({ directory, place }) => [directory, join(home, place)] as const),
      ...(nodeIsPortable() ? [[process.execPath, join(scratch, "node", "bin", "node")] as const] : []),
    ];
    await mkdir(join(scratch, "node"));
    await copyAll(copies);
    await use(packDirectory(scratch, 0));
  });
}

/** By `cp`: Node's own takes half a minute for so many files. What stands in a directory already stays. */
async function copyAll(copies: readonly (readonly [from: string, to: string])[]): Promise<void> {
  const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;
  const lines = copies.map(([from, to]) =>
    statSync(from).isDirectory()
      ? `mkdir -p ${quoted(to)} && cp -a ${quoted(from)}/. ${quoted(to)}`
      : `mkdir -p ${quoted(dirname(to))} && cp -a ${quoted(from)} ${quoted(to)}`,
  );
  const { code, stderr } = await runCommand(["sh", "-e"], { input: lines.join("\n") });
  if (code !== 0) throw new Error(`cp: ${lastLine(stderr)}`);
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
