/** The lock service's programs: from PATH, or from packages that are unpacked into a cache. Nothing is installed. */
import { delimiter, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { messageOf } from "../error.js";
import { cacheTrouble } from "./apt-trouble.js";
import { fetchPackages } from "./apt.js";
import { cachedPackage, dropPackage, librariesIn, programIn, type CachedPackage } from "./cache.js";
import { runCommand } from "./command.js";
import { ARCHIVES, thisDistribution, type Distribution } from "./distribution.js";
import { findOnPath, isProgram } from "./path.js";
import { cannotFetch, doesNotRun, noApt, notOffered, wrongVersion } from "./software-errors.js";
import type { FoundSoftware, Software } from "./types.js";
import { matchesVersion, newestFirst, offeredVersion, parseVersion } from "./versions.js";

export interface FindOptions {
  /** What takes a while, in words. */
  onProgress(text: string): void;
  readonly signal: AbortSignal;
}

type Binaries = FoundSoftware["binaries"];

/**
 * Finds programs of the wanted version (`3.5` is any 3.5.x; null: what is on PATH, else what this system packages).
 * Throws {@link LockjepsenError} with how to mend it, or the signal's reason.
 */
export async function findSoftware(
  named: Software,
  version: string | null,
  options: FindOptions,
): Promise<FoundSoftware> {
  const installed = await findInstalled(named);
  const right = installed.find((one) => version === null || matchesVersion(one.version, version));
  if (right) return right;

  const distribution = thisDistribution();
  const onPath = installed[0]?.version ?? null;
  if (distribution === null) throw noApt({ software: named, version, onPath });
  const suite = version === null ? distribution.suite : suiteOf(named, version, distribution);
  const software = suite === null ? null : asIn(suite, named, distribution);
  if (suite === null || software === null)
    throw notOffered({ software: named, version, onPath }, distribution.family);
  const wanted = { software, version, onPath };

  const packages =
    (await fromCache(software, suite)) ?? (await fetched(software, suite, distribution, wanted, options));
  const binaries = pick(software, (name) => programIn(packages, name, software.directories));
  if (binaries === null)
    throw doesNotRun(wanted, `${software.binaries.join(", ")} not in ${names(packages)}`);
  const environment = environmentOf(packages);
  const found = await askVersion(software, { binaries, environment });
  if ("failure" in found) throw doesNotRun(wanted, found.failure);
  if (version !== null && !matchesVersion(found.version, version))
    throw wrongVersion(wanted, found.version, suite);
  const { title } = ARCHIVES[distribution.family];
  const origin = `${title} package ${names(packages)} (${suite})`;
  return { binaries, environment, version: found.version, origin };
}

/** What this machine has: on PATH first, then where packages put what they leave off it, the newest first. */
async function findInstalled(software: Software): Promise<readonly FoundSoftware[]> {
  const { directories = [], versions } = software;
  const aside = newestFirst(Object.keys(versions)).flatMap((version) =>
    directories.map((place) => join("/", place.replaceAll(VERSION, version))),
  );
  const found: FoundSoftware[] = [];
  for (const place of [null, ...aside]) {
    const binaries = pick(software, (name) => {
      const there = place === null ? undefined : join(place, name);
      return there !== undefined && isProgram(there) ? there : findOnPath(name);
    });
    const known = found.some((one) => isDeepStrictEqual(one.binaries, binaries));
    const told =
      binaries === null || known ? null : await askVersion(software, { binaries, environment: {} });
    // A program that does not even tell its version is of no use here: the packages may do better.
    if (binaries === null || told === null || "failure" in told) continue;
    const origin = `${place === null ? "PATH" : "installed"} (${Object.values(binaries).join(", ")})`;
    found.push({ binaries, environment: {}, version: told.version, origin });
  }
  return found;
}

const VERSION = "{version}";

/** With the version that the suite carries in the names that have it in them; null where nobody knows that version. */
function asIn(suite: string, software: Software, { family }: Distribution): Software | null {
  const { packages, directories = [], versions } = software;
  const carried = Object.keys(versions).find((one) => versions[one]?.[family] === suite);
  if (carried === undefined && packages.some((name) => name.includes(VERSION))) return null;
  const named = (text: string): string => text.replaceAll(VERSION, carried ?? "");
  return { ...software, packages: packages.map(named), directories: directories.map(named) };
}

function suiteOf(software: Software, version: string, { family }: Distribution): string | null {
  const offered = Object.keys(software.versions).filter(
    (one) => software.versions[one]?.[family] !== undefined,
  );
  const chosen = offeredVersion(offered, version);
  return (chosen !== null && software.versions[chosen]?.[family]) || null;
}

async function fromCache(software: Software, suite: string): Promise<readonly CachedPackage[] | null> {
  const cached = await Promise.all(software.packages.map((name) => cachedPackage(suite, name)));
  const packages = cached.filter((one) => one !== null);
  if (packages.length < cached.length) return null;
  if (software.binaries.every((name) => programIn(packages, name, software.directories))) return packages;
  await Promise.all(packages.map((one) => dropPackage(suite, one)));
  return null;
}

async function fetched(
  software: Software,
  suite: string,
  distribution: Distribution,
  wanted: Parameters<typeof cannotFetch>[0],
  { onProgress, signal }: FindOptions,
): Promise<readonly CachedPackage[]> {
  if (!findOnPath("apt-get") || !findOnPath("dpkg-deb")) throw noApt(wanted);
  const { title } = ARCHIVES[distribution.family];
  onProgress(`fetching ${software.packages.join(", ")} of ${title} ${suite} into the cache`);
  const request = { packages: software.packages, suite, distribution, signal };
  const result = await fetchPackages(request).catch((error: unknown) => ({ trouble: cacheTrouble(error) }));
  if ("trouble" in result) throw cannotFetch(wanted, result.trouble, suite, distribution.family);
  return result.packages;
}

async function askVersion(
  { versionCommand }: Software,
  { binaries, environment }: Pick<FoundSoftware, "binaries" | "environment">,
): Promise<{ readonly version: string } | { readonly failure: string }> {
  const [program = "", ...args] = versionCommand;
  const path = binaries[program] ?? program;
  const env = { ...process.env, ...environment };
  const ran = await runCommand([path, ...args], { env, timeoutMs: 10_000 }).catch((error: unknown) => ({
    code: null,
    stdout: "",
    stderr: messageOf(error),
  }));
  const version = parseVersion(ran.stdout) ?? parseVersion(ran.stderr);
  return ran.code === 0 && version !== null
    ? { version }
    : { failure: `${path}: ${ran.stderr || ran.stdout}` };
}

/** The system's own libraries come last: where a package brings a library, its programs were built against that one. */
function environmentOf(packages: readonly CachedPackage[]): FoundSoftware["environment"] {
  const libraries = librariesIn(packages);
  return libraries.length === 0 ? {} : { LD_LIBRARY_PATH: libraries.join(delimiter) };
}

/** The path of each program, or null unless all are there. */
function pick(software: Software, find: (name: string) => string | undefined): Binaries | null {
  const found = software.binaries.map((name) => [name, find(name)] as const);
  return found.every((entry): entry is [string, string] => entry[1] !== undefined)
    ? Object.fromEntries(found)
    : null;
}

const names = (packages: readonly CachedPackage[]): string =>
  packages.map((one) => `${one.package} ${one.version}`).join(", ");
