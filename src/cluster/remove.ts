import { rm } from "node:fs/promises";
import { messageOf } from "../error.js";
import { namespacePath, removeNamespaces } from "./namespaces.js";
import { isPrivileged } from "./privileges.js";
import { killAll, networkAt, processesIn } from "./processes.js";

export interface Belongings {
  readonly namespaces: readonly string[];
  readonly directories: readonly string[];
}

/**
 * Ends every process of a cluster and removes what it was made of; what could not be removed, in words. Processes
 * first: a namespace whose name is gone lives on as long as anyone is in it, and nobody could find them any more.
 */
export async function removeAll({ namespaces, directories }: Belongings): Promise<readonly string[]> {
  const processes = await killAll(() => processesOf(namespaces));
  if (processes.length > 0) return processes.map((pid) => `process ${pid}, which cannot be killed`);
  const [left, unremoved] = await Promise.all([removeNamespaces(namespaces), removeDirectories(directories)]);
  const why = isPrivileged() ? "" : " (it takes root)";
  return [...left.map((name) => `network namespace ${name}${why}`), ...unremoved];
}

/** Every process inside these namespaces. */
export function processesOf(namespaces: readonly string[]): readonly number[] {
  const networks = namespaces
    .map((name) => networkAt(namespacePath(name)))
    .filter((network) => network !== null);
  return networks.length === 0 ? [] : processesIn(new Set(networks));
}

async function removeDirectories(directories: readonly string[]): Promise<readonly string[]> {
  const results = await Promise.all(
    directories.map((path) =>
      rm(path, { recursive: true, force: true, maxRetries: 3 }).then(
        () => null,
        (error: unknown) => `directory ${path} (${messageOf(error)})`,
      ),
    ),
  );
  return results.filter((result) => result !== null);
}
