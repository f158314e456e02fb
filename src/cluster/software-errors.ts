/** Why the programs cannot be had, and the two ways to mend that: the package, or the PATH. */
import { isAbsolute } from "node:path";
import { LockjepsenError } from "../error.js";
import type { AptTrouble } from "./apt-trouble.js";
import { ARCHIVES, type Family } from "./distribution.js";
import type { Software } from "./types.js";
import { newestFirst } from "./versions.js";

/** What was looked for. */
export interface Wanted {
  readonly software: Software;
  /** null: any. */
  readonly version: string | null;
  /** What is on PATH instead. */
  readonly onPath: string | null;
}

export function noApt(wanted: Wanted): LockjepsenError {
  return error(wanted, "this system has no apt to fetch it with");
}

export function notOffered(wanted: Wanted, family: Family): LockjepsenError {
  const { binaries, versions } = wanted.software;
  // Programs of this very package, or of somebody's own backend: no PATH is looked into for them.
  if (binaries.every(isAbsolute) && wanted.onPath !== null)
    return new LockjepsenError(
      "environment",
      `version ${wanted.version} is not to be had: the one that is here is ${wanted.onPath}`,
      "leave the version out",
    );
  const known = newestFirst(Object.keys(versions).filter((one) => versions[one]?.[family] !== undefined));
  const { title } = ARCHIVES[family];
  const here = wanted.onPath === null ? "none is packaged" : `the one that is here is ${wanted.onPath}`;
  const why = known.length === 0 ? here : `${title} packages ${known.join(", ")}`;
  return new LockjepsenError(
    "environment",
    `${sought(wanted)} is not to be had: ${why}`,
    `${known.length === 0 ? "leave the version out" : "take one of those versions"}, or put ${sought(wanted)} on the PATH`,
  );
}

export function wrongVersion(wanted: Wanted, version: string, suite: string): LockjepsenError {
  return new LockjepsenError(
    "environment",
    `${sought(wanted)} is not to be had: ${suite} packages ${version}`,
    `take ${version}, or put ${sought(wanted)} on the PATH`,
  );
}

export function doesNotRun(wanted: Wanted, detail: string): LockjepsenError {
  return error(wanted, `the packaged one does not run here (${oneLine(detail)})`, true);
}

export function cannotFetch(
  wanted: Wanted,
  { kind, detail }: AptTrouble,
  suite: string,
  family: Family,
): LockjepsenError {
  const { title, keyring } = ARCHIVES[family];
  const packages = named(wanted.software).join(" ");
  switch (kind) {
    case "no-mirror":
      return error(wanted, `no package source of ${title} is set up on this machine`);
    case "no-suite":
      return error(wanted, `the mirror in use no longer has ${title} ${suite} (${detail})`, true);
    case "no-package":
      return error(wanted, `${title} ${suite} has no package ${packages}`, true);
    case "no-key":
      return new LockjepsenError(
        "environment",
        `${sought(wanted)} cannot be fetched: the keys of ${title} ${suite} are missing (${detail})`,
        `install the package ${keyring}, or put ${sought(wanted)} on the PATH`,
      );
    case "disk-full":
      return new LockjepsenError(
        "environment",
        `${sought(wanted)} cannot be fetched: the disk is full (${detail})`,
        "free some space, or let LOCKJEPSEN_CACHE name a directory elsewhere",
      );
    case "read-only":
      return new LockjepsenError(
        "environment",
        `${sought(wanted)} cannot be fetched: the cache is not writable (${detail})`,
        "allow it, or let LOCKJEPSEN_CACHE name a directory elsewhere",
      );
    case "network":
      return error(wanted, `it cannot be fetched (${detail})`);
  }
}

/** `noPackage`: there is none to install, only the PATH is left. */
function error(wanted: Wanted, why: string, noPackage = false): LockjepsenError {
  const { software, onPath } = wanted;
  const instead = onPath === null ? "" : ` (${onPath} is)`;
  const install = `install the package ${named(software).join(", ")} of Debian or Ubuntu, or `;
  return new LockjepsenError(
    "environment",
    `${sought(wanted)} is not on the PATH${instead}, and ${why}`,
    `${noPackage ? "" : install}put ${sought(wanted)} on the PATH`,
  );
}

/** Where no suite tells which version there is, the newest stands for it. */
const named = ({ packages, versions }: Software): readonly string[] =>
  packages.map((name) => name.replaceAll("{version}", newestFirst(Object.keys(versions))[0] ?? ""));

function sought({ software, version }: Wanted): string {
  const program = software.binaries.join(", ");
  return version === null ? program : `${program} ${version}`;
}

const oneLine = (text: string): string =>
  text
    .trim()
    .replaceAll(/\s*\n\s*/g, " ")
    .slice(0, 300);
