import { rm } from "node:fs/promises";
import { messageOf } from "../error.js";
import { namespacePath, removeNamespaces } from "./namespaces.js";
import { isPrivileged } from "./privileges.js";
import { killAll, networkAt, processesIn } from "./processes.js";

export interface Belongings {
  readonly namespaces: readonly string[];
  readonly directories: readonly string[];
  /** Containers and networks of a run on a Docker engine. */
  readonly containers?: { readonly address: string; readonly runId: string } | undefined;
}

/**
 * Ends every process of a cluster and removes what it was made of; what could not be removed, in words. Processes
 * first: a namespace whose name is gone lives on as long as anyone is in it, and nobody could find them any more.
 */
export async function removeAll({
  namespaces,
  directories,
  containers,
}: Belongings): Promise<readonly string[]> {
  const processes = await killAll(() => processesOf(namespaces));
  if (processes.length > 0) return processes.map((pid) => `process ${pid}, which cannot be killed`);
  const [left, unremoved, contained] = await Promise.all([
    removeNamespaces(namespaces),
    removeDirectories(directories),
    containers ? removeContained(containers) : [],
  ]);
  const why = isPrivileged() ? "" : " (it takes root)";
  return [...left.map((name) => `network namespace ${name}${why}`), ...unremoved, ...contained];
}

/** Every process inside these namespaces. */
export function processesOf(namespaces: readonly string[]): readonly number[] {
  const networks = namespaces
    .map((name) => networkAt(namespacePath(name)))
    .filter((network) => network !== null);
  return networks.length === 0 ? [] : processesIn(new Set(networks));
}

async function removeContained({
  address,
  runId,
}: NonNullable<Belongings["containers"]>): Promise<readonly string[]> {
  const { removeRun } = await import("./docker/remove.js");
  return removeRun(address, runId);
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

/** One call at a time; again only while something is left. */
export function untilGone(action: () => Promise<readonly string[]>): () => Promise<readonly string[]> {
  let last: Promise<readonly string[]> | undefined;
  return () => {
    last = last ? last.then((left) => (left.length === 0 ? left : action())) : action();
    return last;
  };
}
