/** What runs have on an engine, by its labels: found and removed. */
import { leaveBridge } from "../namespaces.js";
import type { EngineAddress } from "./address.js";
import { findEngine, type Engine } from "./engine.js";
import { engineMessage, isMissing } from "./errors.js";
import { RUN, withLabel } from "./labels.js";
import { bridgeName } from "./network.js";

/** Patience for an engine that is busy removing: more than for one that is only looked for. */
const PATIENCE_MS = 10_000;

/** Removes the containers of a run, with their data, and its network, with all that is joined to it. What could not be removed, in words. */
export async function removeRun(address: EngineAddress, runId: string): Promise<readonly string[]> {
  await leaveBridge(bridgeName(runId));
  const engine = await findEngine(address, PATIENCE_MS);
  if (!("docker" in engine)) return [`containers of run ${runId} (${engine.reason})`];
  try {
    return await removeLabelled(engine, runId);
  } catch (error) {
    return [`containers of run ${runId} (${engineMessage(error)})`];
  }
}

async function removeLabelled({ docker }: Engine, runId: string): Promise<readonly string[]> {
  const filters = withLabel(RUN, runId);
  const containers = await docker.listContainers({ all: true, filters });
  const unremoved = await Promise.all(
    containers.map(({ Id }) =>
      attempt(`container ${Id.slice(0, 12)}`, () => docker.getContainer(Id).remove({ force: true, v: true })),
    ),
  );
  const networks = await docker.listNetworks({ filters });
  const left = await Promise.all(
    networks.map(({ Id, Name }) => attempt(`network ${Name}`, () => docker.getNetwork(Id).remove())),
  );
  return [...unremoved, ...left].filter((text) => text !== null);
}

/** How often something is asked for that the engine is already at. */
const ATTEMPTS = 50;
const PAUSE_MS = 100;

async function attempt(what: string, action: () => Promise<unknown>): Promise<string | null> {
  for (let n = 1; ; n += 1) {
    try {
      await action();
      return null;
    } catch (error) {
      if (isMissing(error)) return null;
      const said = engineMessage(error);
      const passing = /already in progress|has active endpoints/.test(said);
      if (!passing || n === ATTEMPTS) return `${what} (${said})`;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
