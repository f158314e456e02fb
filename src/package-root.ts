import { readdir, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Where this package is: the directory of its package.json. */
export const PACKAGE_ROOT = dirname(createRequire(import.meta.url).resolve("lockjepsen/package.json"));

/** Path of something that comes with the package. */
export const inPackage = (...path: readonly string[]): string => join(PACKAGE_ROOT, ...path);

/** All files of these directories (and those of them that are files), in an order that never changes. */
export async function filesBelow(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      if ((await stat(path)).isFile()) return [path];
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    }),
  );
  return found.flat().sort();
}
