import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** A package that another needs to run. */
export interface Dependency {
  /** Where it stands here. */
  readonly directory: string;
  readonly version: string;
  /** Where it has to stand below the package that needs them all: `node_modules/pg`. */
  readonly place: string;
}

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * All that a package needs to run, however it was installed (npm, pnpm, yarn), laid out anew: each at the top unless
 * another version stands there already, then within the one that needs it.
 */
export function dependencies(root: string): readonly Dependency[] {
  const placed = new Map<string, Dependency>();
  const place = (within: string, directory: string): void => {
    const { dependencies, optionalDependencies } = manifestOf(directory);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = locate(name, directory);
      if (found === undefined) continue; // optional, and not for this machine
      const visible = placesSeenFrom(within, name).find((path) => placed.has(path));
      if (visible !== undefined && placed.get(visible)?.directory === found) continue;
      const at = visible === undefined ? join("node_modules", name) : join(within, "node_modules", name);
      placed.set(at, { directory: found, version: manifestOf(found).version ?? "", place: at });
      place(at, found);
    }
  };
  place("", root);
  return [...placed.values()].sort((a, b) => a.place.localeCompare(b.place, "en"));
}

/** Where Node looks for a package, the nearest first, as far as it may have been placed. */
function placesSeenFrom(within: string, name: string): readonly string[] {
  const parts = within.split("node_modules/").slice(1);
  return parts
    .map((_, index) =>
      join(...parts.slice(0, parts.length - index).flatMap((part) => ["node_modules", part])),
    )
    .concat("")
    .map((path) => join(path, "node_modules", name));
}

function locate(name: string, from: string): string | undefined {
  const directories = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  const found = directories
    .map((path) => join(path, name))
    .find((path) => existsSync(join(path, "package.json")));
  return found === undefined ? undefined : realpathSync(found);
}

const manifestOf = (directory: string): Manifest =>
  JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest;
