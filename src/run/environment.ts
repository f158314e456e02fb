import { cpus, release, totalmem } from "node:os";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { FoundSoftware } from "../cluster/types.js";
import type { Plan } from "../plan/types.js";
import type { Environment } from "../report/types.js";
import { count } from "../report/text.js";
import type { Capabilities } from "./capabilities.js";

/** This package's own version. */
export const VERSION = packageVersion();

export interface Surroundings {
  /** Command line of each server. */
  readonly servers: Readonly<Record<string, readonly string[]>>;
  readonly capabilities: Capabilities;
  /** Programs of the database beside the register; null: there is none. */
  readonly resource: FoundSoftware | null;
}

/** What the machine and the servers are: `environment.json`. */
export function describeEnvironment(
  plan: Plan,
  software: FoundSoftware,
  { servers, capabilities, resource }: Surroundings,
): Environment {
  return {
    kernel: release(),
    os: osName(),
    node: process.version,
    cpus: cpus().length,
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    lockjepsen: VERSION,
    runtime: plan.runtime,
    rootless: process.env["LOCKJEPSEN_ROOTLESS"] === "1",
    capabilities: Object.fromEntries(
      Object.entries(capabilities).map(([nemesis, shapes]) => [
        nemesis,
        Object.fromEntries(
          Object.entries(shapes).map(([shape, can]) => [shape, can === true ? true : can.reason]),
        ),
      ]),
    ),
    backend: {
      name: plan.backend.name,
      version: software.version,
      origin: software.origin,
      servers,
      settings: plan.backend.settings,
    },
    ...(resource && { register: { version: resource.version, origin: resource.origin } }),
  };
}

/** In short, for a page of figures: who made them, when, and where. */
export interface Circumstances {
  /** Of lockjepsen. */
  readonly version: string;
  /** ISO 8601, of UTC. */
  readonly date: string;
  /** `Debian GNU/Linux 12 (bookworm), Linux 6.18, 2 cores`. */
  readonly machine: string;
}

export const circumstances = (now: Date): Circumstances => ({
  version: VERSION,
  date: now.toISOString().slice(0, 10),
  machine: `${osName()}, Linux ${release().split(".").slice(0, 2).join(".")}, ${count(cpus().length, "core")}`,
});

function osName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}

function packageVersion(): string {
  const require = createRequire(import.meta.url);
  return (require("lockjepsen/package.json") as { version: string }).version;
}
