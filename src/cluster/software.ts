/** The lock service's programs: from PATH, or from packages that are unpacked into a cache. Nothing is installed. */
import { delimiter } from "node:path";
import { messageOf } from "../error.js";
import { cacheTrouble } from "./apt-trouble.js";
import { fetchPackages } from "./apt.js";
import { cachedPackage, dropPackage, librariesIn, programIn, type CachedPackage } from "./cache.js";
import { runCommand } from "./command.js";
import { ARCHIVES, thisDistribution, type Distribution } from "./distribution.js";
import { findOnPath } from "./path.js";
import { cannotFetch, doesNotRun, noApt, notOffered, wrongVersion } from "./software-errors.js";
import type { FoundSoftware, Software } from "./types.js";
import { matchesVersion, offeredVersion, parseVersion } from "./versions.js";

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
  software: Software,
  version: string | null,
  options: FindOptions,
): Promise<FoundSoftware> {
  const onPath = await findInstalled(software);
  if (onPath && (version === null || matchesVersion(onPath.version, version))) return onPath;

  const distribution = thisDistribution();
  const wanted = { software, version, onPath: onPath?.version ?? null };
  if (distribution === null) throw noApt(wanted);
  const suite = version === null ? distribution.suite : suiteOf(software, version, distribution);
  if (suite === null) throw notOffered(wanted, distribution.family);

  const packages =
    (await fromCache(software, suite)) ?? (await fetched(software, suite, distribution, wanted, options));
  const binaries = pick(software, (name) => programIn(packages, name));
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

async function findInstalled(software: Software): Promise<FoundSoftware | null> {
  const binaries = pick(software, findOnPath);
  if (binaries === null) return null;
  const found = await askVersion(software, { binaries, environment: {} });
  // A program that does not even tell its version is of no use here: the packages may do better.
  if ("failure" in found) return null;
  const origin = `PATH (${Object.values(binaries).join(", ")})`;
  return { binaries, environment: {}, version: found.version, origin };
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
  if (software.binaries.every((name) => programIn(packages, name))) return packages;
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
