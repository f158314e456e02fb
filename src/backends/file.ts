import { connectLock, endSession, type LockOptions } from "./file/client.js";
import type { Promises } from "../history/context.js";
import type { Backend, Recipe } from "./types.js";

const EXCL = `Linux, open(2), O_EXCL, https://man7.org/linux/man-pages/man2/open.2.html`;
const LOCKFILE = `procmail, lockfile(1), -l`;

/** The kernel lets one alone make a file. Nothing ever removes it but its owner. On a network's file system: not tested. */
const exclusive: Promises = {
  exclusion: "service",
  lease: "none",
  ttl: { min: 500, max: 3_600_000, step: 1, default: 2_000 },
  renewals: "none",
  token: null,
  except: [],
  source: EXCL,
};

/**
 * A file's age is told by a wall clock. `exclusion: "timing"`: between finding a file old and removing it lies a moment
 * in which another may have removed it, and made a new one; lockfile(1) sleeps after it has removed one, to make that
 * less likely.
 */
const breaking: Promises = {
  ...exclusive,
  exclusion: "timing",
  lease: "ttl",
  except: ["clock"],
  source: `${LOCKFILE}; ${EXCL}`,
};

const recipe = (name: string, description: string, promises: Promises, options: LockOptions): Recipe => ({
  name,
  description,
  promises,
  freedWithin: (ttlMs) => (options.breaksStale ? ttlMs + 1_000 : null),
  connect: (context) => Promise.resolve(connectLock(context, options)),
});

const recipes = [
  recipe("excl", "a file made with O_EXCL: who dies while it holds leaves the lock for ever", exclusive, {
    breaksStale: false,
  }),
  recipe(
    "excl-stale",
    "the same, and who finds a file older than the time to live removes it: two may do so at once",
    breaking,
    { breaksStale: true },
  ),
];

const file: Backend = {
  name: "file",
  description: "files in a directory that all clients share, without any server; a local disk, no NFS",
  module: import.meta.url,
  // The kernel's file system is the service, so its version is the kernel's.
  software: { binaries: ["uname"], packages: ["coreutils"], versions: {}, versionCommand: ["uname", "-r"] },
  nodes: { default: 0, min: 0, max: 0 },
  sharesDirectory: true,
  recipes: Object.fromEntries(recipes.map((one) => [one.name, one])),
  defaultRecipe: "excl",
  settings: {},
  endpoint: () => "",
  command: () => ({ argv: [] }),
  ready: () => Promise.resolve(true),
  endSession,
};

export default file;
