import { demandEngine } from "./docker/engine.js";
import { outside } from "./docker/outside.js";
import { ensurePrivileges } from "./privileges.js";
import type { Runtime } from "./types.js";

/**
 * Returns when this process may do what a runtime needs. Otherwise runs the same command line again where it may (in a
 * user namespace, or in a container of our own image) and ends this process with its exit code. `output`: where the
 * command leaves files. Throws {@link LockjepsenError} where there is no such place.
 */
export async function ensureRights(runtime: Runtime["name"], output: string): Promise<void> {
  if (outside()) return;
  if (runtime === "local") return ensurePrivileges();
  const engine = await demandEngine();
  const { canAct } = await import("./docker/same-machine.js");
  if (await canAct(engine)) return;
  const { runInside } = await import("./docker/self.js");
  process.exit(await runInside(engine, output));
}
