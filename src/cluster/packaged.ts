/** Programs of packages in the cache, or fetched into it. */
import { delimiter, relative } from "node:path";
import { cacheTrouble } from "./apt-trouble.js";
import { fetchPackages } from "./apt.js";
import {
  cachedPackage,
  dropPackage,
  librariesIn,
  programIn,
  type CachedPackage,
  type Shelf,
} from "./cache.js";
import { ARCHIVES, type Distribution } from "./distribution.js";
import { findOnPath } from "./path.js";
import { askVersion, pick } from "./programs.js";
import { cannotFetch, doesNotRun, noApt, type Wanted } from "./software-errors.js";
import type { FindOptions, FoundSoftware, Software } from "./types.js";

export interface Search {
  readonly software: Software;
  readonly suite: string;
  readonly distribution: Distribution;
  readonly wanted: Wanted;
  readonly options: FindOptions;
}

/**
 * They may run as they are or not: linked against libraries that the machine has not, or of another suite, newer than its
 * C library; or they need a program that it lacks. Then they are fetched once more, with all that they depend on. Throws
 * {@link LockjepsenError} with how to mend it, or the signal's reason.
 */
export async function findInPackages(search: Search): Promise<FoundSoftware> {
  const { software, suite, distribution, wanted } = search;
  const foreign =
    suite !== distribution.suite || software.common?.some((name) => findOnPath(name) === undefined) === true;
  const whole = foreign || software.whole ? await fromCache(software, { suite, whole: true }) : null;
  if (whole === null && !software.whole) {
    const alone = await tried(search, await gotten(search, { suite, whole: false }), { whole: false });
    if ("version" in alone) return alone;
    if (!foreign && !LACKS_LIBRARY.test(alone.failure)) throw doesNotRun(wanted, alone.failure);
  }
  const packages = whole ?? (await gotten(search, { suite, whole: true }));
  const found = await tried(search, packages, { whole: true });
  if ("failure" in found) throw doesNotRun(wanted, found.failure);
  return found;
}

/** As the dynamic loader says it. */
const LACKS_LIBRARY = /error while loading shared libraries/;

async function gotten(search: Search, shelf: Shelf): Promise<readonly CachedPackage[]> {
  return (await fromCache(search.software, shelf)) ?? (await fetched(search, shelf));
}

async function tried(
  { software, suite, distribution }: Search,
  packages: readonly CachedPackage[],
  { whole }: Pick<Shelf, "whole">,
): Promise<FoundSoftware | { readonly failure: string }> {
  const unpacked = pick(
    software,
    (name) =>
      programIn(packages, name, software.directories) ??
      (!whole && software.common?.includes(name) ? findOnPath(name) : undefined),
  );
  if (unpacked === null) return { failure: `${software.binaries.join(", ")} not in ${names(packages)}` };
  const place = whole ? below(packages[0]?.directory ?? "", unpacked) : { binaries: unpacked };
  const environment = whole ? {} : environmentOf(packages);
  const asked = await askVersion(software, { ...place, environment });
  if ("failure" in asked) return asked;
  const { title } = ARCHIVES[distribution.family];
  const origin = `${title} package ${names(packages)} (${suite})`;
  return { ...place, environment, version: asked.version, origin };
}

/** As seen from that root. */
function below(
  root: string,
  unpacked: FoundSoftware["binaries"],
): Pick<FoundSoftware, "binaries"> & { readonly root: string } {
  const inside = Object.entries(unpacked).map(([name, path]) => [name, `/${relative(root, path)}`]);
  return { root, binaries: Object.fromEntries(inside) };
}

async function fromCache(software: Software, shelf: Shelf): Promise<readonly CachedPackage[] | null> {
  const cached = await Promise.all(software.packages.map((name) => cachedPackage(shelf, name)));
  const packages = cached.filter((one) => one !== null);
  if (packages.length < cached.length) return null;
  const own = software.binaries.filter((name) => shelf.whole || !software.common?.includes(name));
  if (own.every((name) => programIn(packages, name, software.directories))) return packages;
  await Promise.all(packages.map((one) => dropPackage(shelf, one)));
  return null;
}

async function fetched(
  { software, distribution, wanted, options: { onProgress, signal } }: Search,
  { suite, whole }: Shelf,
): Promise<readonly CachedPackage[]> {
  if (!findOnPath("apt-get") || !findOnPath("dpkg-deb")) throw noApt(wanted);
  const { title } = ARCHIVES[distribution.family];
  const needs = whole ? " and all that it needs" : "";
  onProgress(`fetching ${software.packages.join(", ")} of ${title} ${suite}${needs} into the cache`);
  const request = { packages: software.packages, suite, whole, distribution, signal };
  const result = await fetchPackages(request).catch((error: unknown) => ({ trouble: cacheTrouble(error) }));
  if ("trouble" in result) throw cannotFetch(wanted, result.trouble, suite, distribution.family);
  return result.packages;
}

/** The system's own libraries come last: where a package brings a library, its programs were built against that one. */
function environmentOf(packages: readonly CachedPackage[]): FoundSoftware["environment"] {
  const libraries = librariesIn(packages);
  return libraries.length === 0 ? {} : { LD_LIBRARY_PATH: libraries.join(delimiter) };
}

const names = (packages: readonly CachedPackage[]): string =>
  packages.map((one) => `${one.package} ${one.version}`).join(", ");
