import { LockjepsenError } from "../error.js";
import { findEngine } from "./docker/engine.js";
import { imageNames } from "./docker/recipes.js";
import { local } from "./local.js";
import type { Runtime, Software } from "./types.js";

export type WantedRuntime = "auto" | Runtime["name"];

export interface ChosenRuntime {
  readonly name: Runtime["name"];
  /** In words, where nobody asked for it: `docker, for an engine answers`. */
  readonly because: string | null;
}

/**
 * Where to run: what was asked for; else containers where an engine answers and an image of the software is known, else
 * processes. Needs no rights.
 */
export async function nameRuntime(
  wanted: WantedRuntime,
  software: Software,
  image: string | undefined,
): Promise<ChosenRuntime> {
  if (wanted !== "auto") return { name: wanted, because: null };
  if (image !== undefined) return { name: "docker", because: null };
  if (software.image === undefined || !imageNames().includes(software.image))
    return { name: "local", because: "local, for there is no image of this service" };
  const engine = await findEngine();
  return "docker" in engine
    ? { name: "docker", because: `docker, for the engine ${engine.info.ServerVersion} answers` }
    : { name: "local", because: `local, for ${engine.reason}` };
}

/** The runtime of that name. Throws {@link LockjepsenError} where it cannot run here. */
export async function demandRuntime(name: Runtime["name"]): Promise<Runtime> {
  const runtime = name === "local" ? local : (await import("./docker.js")).docker;
  const can = await runtime.available();
  if (can === true) return runtime;
  throw new LockjepsenError("environment", `no cluster can run here: ${can.reason}`, can.mend);
}
