/** Unpacked packages, kept from run to run: `packages/<suite>/<package>_<version>_<architecture>/`. */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { errnoOf } from "../error.js";
import { isProgram } from "./path.js";

/** A package that stands in the cache. */
export interface CachedPackage {
  readonly package: string;
  /** Debian's version: `3.4.23+dfsg-4`. */
  readonly version: string;
  /** Where it is unpacked: its root. */
  readonly directory: string;
}

/** `$LOCKJEPSEN_CACHE`, else `$XDG_CACHE_HOME/lockjepsen`, else `~/.cache/lockjepsen`. */
export function cacheDirectory(): string {
  const { LOCKJEPSEN_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  return own || join(xdg || join(homedir(), ".cache"), "lockjepsen");
}

const suiteDirectory = (suite: string): string => join(cacheDirectory(), "packages", suite);
const scratchRoot = (): string => join(cacheDirectory(), "tmp");

/** Which version of a package stands here. A home directory may be shared between machines of several kinds. */
const recordFile = (suite: string, name: string): string =>
  join(suiteDirectory(suite), `${name}.${process.arch}.json`);

export async function cachedPackage(suite: string, name: string): Promise<CachedPackage | null> {
  try {
    const record = JSON.parse(await readFile(recordFile(suite, name), "utf8")) as CachedPackage;
    const directory = join(suiteDirectory(suite), record.directory);
    return (await stat(directory)).isDirectory() ? { ...record, directory } : null;
  } catch (error) {
    // Whatever ails the cache shows, and is told, when it is written.
    if (errnoOf(error) !== undefined || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Takes an unpacked package in. Renamed at the end: no moment at which another run, or a `kill -9`, finds half of it. */
export async function storePackage(
  suite: string,
  found: {
    readonly package: string;
    readonly version: string;
    readonly unpacked: string;
    readonly name: string;
  },
): Promise<CachedPackage> {
  const directory = join(suiteDirectory(suite), found.name);
  await mkdir(suiteDirectory(suite), { recursive: true });
  try {
    await rename(found.unpacked, directory);
  } catch (error) {
    // Another run was faster: the same version of the same package.
    if (errnoOf(error) !== "ENOTEMPTY" && errnoOf(error) !== "EEXIST") throw error;
  }
  const record = { package: found.package, version: found.version, directory: found.name };
  const draft = `${recordFile(suite, found.package)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(record)}\n`);
  await rename(draft, recordFile(suite, found.package));
  return { ...record, directory };
}

/** Forgets a package that turned out to be damaged. */
export async function dropPackage(suite: string, { package: name, directory }: CachedPackage): Promise<void> {
  await rm(recordFile(suite, name), { force: true });
  await rm(directory, { recursive: true, force: true });
}

const DAY_MS = 86_400_000;

/** Runs `use` with a new directory on the cache's own disk, and removes it. */
export async function withScratch<T>(use: (directory: string) => Promise<T>): Promise<T> {
  await mkdir(scratchRoot(), { recursive: true });
  for (const name of await readdir(scratchRoot())) {
    const path = join(scratchRoot(), name);
    const age = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Date.now());
    if (age > DAY_MS) await rm(path, { recursive: true, force: true }); // a killed run left it
  }
  const directory = await mkdtemp(join(scratchRoot(), "fetch-"));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const PROGRAM_DIRECTORIES = ["usr/bin", "usr/sbin", "bin", "sbin"];

/** Path of a program in any of these packages. */
export function programIn(packages: readonly CachedPackage[], program: string): string | undefined {
  return packages
    .flatMap(({ directory }) => PROGRAM_DIRECTORIES.map((place) => join(directory, place, program)))
    .find(isProgram);
}
