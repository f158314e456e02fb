/** The lock service's programs: from PATH, or from packages that are unpacked into a cache. Nothing is installed. */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { thisDistribution, type Distribution, type Family } from "./distribution.js";
import { findInPackages } from "./packaged.js";
import { findOnPath, isProgram } from "./path.js";
import { askVersion, pick } from "./programs.js";
import { noApt, notOffered, wrongVersion } from "./software-errors.js";
import type { FindOptions, FoundSoftware, Software } from "./types.js";
import { matchesVersion, newestFirst, offeredVersion } from "./versions.js";

/**
 * Finds programs of the wanted version (`3.5` is any 3.5.x; null: what is on PATH, else what this system packages, else
 * the newest that is offered). Throws {@link LockjepsenError} with how to mend it, or the signal's reason.
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
  const suite = version === null ? usualSuite(named, distribution) : suiteOf(named, version, distribution);
  const software = suite === null ? null : asIn(suite, named, distribution);
  if (suite === null || software === null)
    throw notOffered({ software: named, version, onPath }, distribution.family);

  const wanted = { software, version, onPath };
  const found = await findInPackages({ software, suite, distribution, wanted, options });
  if (version !== null && !matchesVersion(found.version, version))
    throw wrongVersion(wanted, found.version, suite);
  return found;
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

/** This system's own, where that has it; else that of the newest version. */
function usualSuite(software: Software, { family, suite }: Distribution): string {
  const { versions } = software;
  const [newest] = newestFirst(offeredIn(software, family));
  if (newest === undefined || Object.values(versions).some((carriers) => carriers[family] === suite))
    return suite;
  return versions[newest]?.[family] ?? suite;
}

function suiteOf(software: Software, version: string, { family }: Distribution): string | null {
  const chosen = offeredVersion(offeredIn(software, family), version);
  return (chosen !== null && software.versions[chosen]?.[family]) || null;
}

const offeredIn = ({ versions }: Software, family: Family): readonly string[] =>
  Object.keys(versions).filter((one) => versions[one]?.[family] !== undefined);
