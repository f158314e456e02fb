/** libfaketime: a library that is preloaded, and answers in place of the system's when a program asks the time. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findSoftware } from "../../src/cluster/software.js";
import type { Software, Unavailable } from "../../src/cluster/types.js";
import { LockjepsenError } from "../../src/error.js";

/** Names the file in which a program's libfaketime looks for how far its clock is off. */
export const FILE_VARIABLE = "FAKETIME_TIMESTAMP_FILE";

const software: Software = {
  binaries: ["faketime"],
  packages: ["faketime", "libfaketime"],
  versions: {},
  versionCommand: ["faketime", "--version"],
};
const FETCH_MS = 60_000;

let found: Promise<string | Unavailable> | undefined;

/** Path of the library: what is installed, else what a package of this system holds. Looked for once. */
export const findFaketime = (): Promise<string | Unavailable> => (found ??= look());

async function look(): Promise<string | Unavailable> {
  const installed = libraryBelow("/usr");
  if (installed !== undefined) return installed;
  try {
    const { binaries } = await findSoftware(software, null, {
      onProgress: () => {},
      signal: AbortSignal.timeout(FETCH_MS),
    });
    const library = libraryBelow(dirname(dirname(binaries["faketime"] ?? "")));
    return library ?? { reason: "the package of libfaketime does not hold it", mend: MEND };
  } catch (error) {
    if (error instanceof LockjepsenError) return { reason: error.message, mend: MEND };
    throw error;
  }
}

const MEND = "install it: `apt-get install libfaketime`";

function libraryBelow(directory: string): string | undefined {
  const libraries = join(directory, "lib");
  if (!existsSync(libraries)) return undefined;
  return readdirSync(libraries)
    .map((architecture) => join(libraries, architecture, "faketime", "libfaketimeMT.so.1"))
    .find(existsSync);
}

/**
 * What a program must be started with for its clock to be set by `file`. The C library stands behind it: a program with
 * a memory allocator of its own (Redis with jemalloc) hangs while it is loaded, if libfaketime has to find it first.
 */
export function startedWith(library: string, file: string): Readonly<Record<string, string>> {
  writeFileSync(file, "+0");
  const architecture = dirname(dirname(library)).split("/").at(-1) ?? "";
  const own = [`/lib/${architecture}/libc.so.6`, `/usr/lib/${architecture}/libc.so.6`].find(existsSync);
  return {
    LD_PRELOAD: own === undefined ? library : `${library} ${own}`,
    [FILE_VARIABLE]: file,
    FAKETIME_NO_CACHE: "1",
    DONT_FAKE_MONOTONIC: "1",
  };
}
