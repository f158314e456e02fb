import type { Host } from "../src/cluster/types.js";

/** Those hosts of a list of names, as a journal kept it, that are still there. */
export function hostsNamed(names: unknown, find: (host: string) => Host | undefined): readonly Host[] {
  if (!Array.isArray(names)) return [];
  return names.map((name) => find(String(name))).filter((host) => host !== undefined);
}
