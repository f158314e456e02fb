/** Unpacked packages, kept from run to run: `packages/<suite>/<package>_<version>_<architecture>[+...]/`. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { errnoOf } from "../error.js";
import { isProgram } from "./path.js";

export interface PackageVersion {
  readonly package: string;
  /** Debian's version: `3.4.23+dfsg-4`. */
  readonly version: string;
}

/** A package that stands in the cache. */
export interface CachedPackage extends PackageVersion {
  /** Where it is unpacked, with those that were fetched with it: their root. */
  readonly directory: string;
}

/** Which packages: those of a suite alone, or with all that they depend on. */
export interface Shelf {
  readonly suite: string;
  readonly whole: boolean;
}

/** `$LOCKJEPSEN_CACHE`, else `$XDG_CACHE_HOME/lockjepsen`, else `~/.cache/lockjepsen`. */
export function cacheDirectory(): string {
  const { LOCKJEPSEN_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  return own || join(xdg || join(homedir(), ".cache"), "lockjepsen");
}

const suiteDirectory = (suite: string): string => join(cacheDirectory(), "packages", suite);
const scratchRoot = (): string => join(cacheDirectory(), "tmp");

/** Which version of a package stands here. A home directory may be shared between machines of several kinds. */
const recordFile = ({ suite, whole }: Shelf, name: string): string =>
  join(suiteDirectory(suite), `${name}${whole ? ".whole" : ""}.${process.arch}.json`);

export async function cachedPackage(shelf: Shelf, name: string): Promise<CachedPackage | null> {
  try {
    const record = JSON.parse(await readFile(recordFile(shelf, name), "utf8")) as CachedPackage;
    const directory = join(suiteDirectory(shelf.suite), record.directory);
    return (await stat(directory)).isDirectory() ? { ...record, directory } : null;
  } catch (error) {
    // Whatever ails the cache shows, and is told, when it is written.
    if (errnoOf(error) !== undefined || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Takes in packages that were unpacked together: links lead from one to another. Renamed at the end: no moment at which
 * another run, or a `kill -9`, finds half of it.
 */
export async function storePackages(
  shelf: Shelf,
  packages: readonly PackageVersion[],
  unpacked: string,
  name: string,
): Promise<readonly CachedPackage[]> {
  const directory = join(suiteDirectory(shelf.suite), name);
  await mkdir(suiteDirectory(shelf.suite), { recursive: true });
  try {
    await rename(unpacked, directory);
  } catch (error) {
    // Another run was faster: the same versions of the same packages.
    if (errnoOf(error) !== "ENOTEMPTY" && errnoOf(error) !== "EEXIST") throw error;
  }
  for (const one of packages) {
    const draft = `${recordFile(shelf, one.package)}.${process.pid}`;
    await writeFile(draft, `${JSON.stringify({ ...one, directory: name })}\n`);
    await rename(draft, recordFile(shelf, one.package));
  }
  return packages.map((one) => ({ ...one, directory }));
}

/** Forgets a package that turned out to be damaged. */
export async function dropPackage(shelf: Shelf, { package: name, directory }: CachedPackage): Promise<void> {
  await rm(recordFile(shelf, name), { force: true });
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

const MULTIARCH = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
const LIBRARY_DIRECTORIES = [`usr/lib/${MULTIARCH}`, `lib/${MULTIARCH}`];
const PROGRAM_DIRECTORIES = ["usr/bin", "usr/sbin", "bin", "sbin"];

/** Path of a program in any of these packages; `places`: where it may lie beside the usual directories. */
export function programIn(
  packages: readonly CachedPackage[],
  program: string,
  places: readonly string[] = [],
): string | undefined {
  return packages
    .flatMap(({ directory }) =>
      [...PROGRAM_DIRECTORIES, ...places].map((place) => join(directory, place, program)),
    )
    .find(isProgram);
}

/** Where programs of these packages find their libraries: the system's own directories, below the packages' roots. */
export function librariesIn(packages: readonly CachedPackage[]): readonly string[] {
  const roots = [...new Set(packages.map(({ directory }) => directory))];
  return roots
    .flatMap((root) => LIBRARY_DIRECTORIES.map((place) => join(root, place)))
    .filter((place) => existsSync(place));
}
