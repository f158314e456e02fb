import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backend } from "../../src/backends/types.js";
import { local } from "../../src/cluster/local.js";
import { findSoftware } from "../../src/cluster/software.js";
import { openStand, type Stand } from "../../src/conformance/stand.js";
import { bundle } from "./bundle.js";

export type { Driver, RemoteClient, RemoteGrant } from "../../src/conformance/drivers.js";
export type Locks = Stand;

/** Real servers of a backend, and drivers beside them that use its locks. */
export async function startLocks(
  backend: Backend,
  options: {
    readonly drivers: number;
    readonly nodes?: number;
    readonly recipe?: string;
    readonly version?: string;
    readonly settings?: Readonly<Record<string, string>>;
  },
): Promise<Locks> {
  const signal = new AbortController().signal;
  const software = await findSoftware(
    backend.recipes[options.recipe ?? ""]?.software ?? backend.software,
    options.version ?? null,
    {
      onProgress: () => {},
      signal,
    },
  );
  const script = await bundle(new URL("../../src/conformance/driver.ts", import.meta.url));
  const logDirectory = mkdtempSync(join(tmpdir(), "lockjepsen-test-locks-"));
  const recipe = options.recipe ?? backend.defaultRecipe;
  const clear = (): void => {
    rmSync(logDirectory, { recursive: true, force: true });
    rmSync(script, { force: true });
  };
  try {
    const stand = await openStand(
      // A driver that is bundled knows our own backends by name, and no module beside the sources.
      { ...backend, module: backend.name },
      {
        runtime: local,
        software,
        recipe,
        nodes: options.nodes ?? (backend.recipes[recipe]?.nodes ?? backend.nodes).default,
        drivers: options.drivers,
        ...(options.settings && { settings: options.settings }),
        logDirectory,
        signal,
        script,
      },
    );
    return { ...stand, stop: () => stand.stop().finally(clear) };
  } catch (error) {
    clear();
    throw error;
  }
}
