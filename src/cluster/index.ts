import { LockjepsenError } from "../error.js";
import { local } from "./local.js";
import type { Runtime } from "./types.js";

/** Where to run: what was asked for, or the first that can. Throws {@link LockjepsenError} where none can. */
export async function chooseRuntime(
  wanted: "auto" | "local",
): Promise<{ runtime: Runtime; because: string }> {
  const can = await local.available();
  if (can !== true)
    throw new LockjepsenError("environment", `no cluster can run here: ${can.reason}`, can.mend);
  return {
    runtime: local,
    because: wanted === "auto" ? "servers run as processes in network namespaces" : "it was asked for",
  };
}
