/**
 * Testcontainers' reaper (Ryuk): a container that removes what carries its session's label as soon as our connection to
 * it ends, however we ended. Used where its image is on the engine already; the journal and `clean` do without.
 */
import { hasImage } from "./base.js";
import type { Engine } from "./engine.js";

const usual = "testcontainers/ryuk:0.14.0";

/** The label that hands things over to the reaper; none where there is no reaper. */
export async function reaperLabels(engine: Engine): Promise<Readonly<Record<string, string>>> {
  const { RYUK_CONTAINER_IMAGE: image = usual, TESTCONTAINERS_RYUK_DISABLED: disabled } = process.env;
  if (disabled === "true" || !(await hasImage(engine, image))) return {};
  process.env["DOCKER_HOST"] = engine.address; // it looks for an engine by itself
  try {
    const { getContainerRuntimeClient, getReaper, LABEL_TESTCONTAINERS_SESSION_ID } =
      await import("testcontainers");
    const { sessionId } = await getReaper(await getContainerRuntimeClient());
    return { [LABEL_TESTCONTAINERS_SESSION_ID]: sessionId };
  } catch {
    return {}; // a convenience: no run fails for want of it
  }
}
