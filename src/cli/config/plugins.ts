import { loadConfig } from "./read.js";

/** Makes the plugins of this directory's config known, or of the one that LOCKJEPSEN_CONFIG names. */
export async function bringPlugins(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  await loadConfig(env["LOCKJEPSEN_CONFIG"]?.trim() || undefined);
}
