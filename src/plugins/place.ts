/** Where an inline plugin is found again by another process: `file:///x/lockjepsen.config.ts#backends/mine`. */
import { fileURLToPath, pathToFileURL } from "node:url";
import { readConfigFile } from "./module.js";
import type { PluginKind, Plugins } from "./types.js";

export function placeOf(file: string, kind: PluginKind, name: string): string {
  const url = pathToFileURL(file);
  url.hash = `${kind}/${encodeURIComponent(name)}`;
  return url.href;
}

/** What is there; undefined: no such plugin, or no such place. */
export async function pluginAt<K extends PluginKind>(
  place: string,
  kind: K,
): Promise<NonNullable<Plugins[K]>[number] | undefined> {
  if (!isPlace(place)) return undefined;
  const url = new URL(place);
  const [of, name] = decodeURIComponent(url.hash.slice(1)).split(/\/(.*)/s);
  if (of !== kind) return undefined;
  url.hash = "";
  const raw = await readConfigFile(fileURLToPath(url));
  const { plugins = {} } = (raw?.config ?? {}) as { readonly plugins?: Plugins };
  const found = (plugins[kind] ?? []) as readonly { readonly name: string }[];
  return found.find((one) => one.name === name) as NonNullable<Plugins[K]>[number] | undefined;
}

export const isPlace = (text: string): boolean => /^file:.*#\w+\//.test(text);
