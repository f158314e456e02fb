/** What runs have on engines, by its labels. */
import type { Identity } from "../identity.js";
import { engineAddress, type EngineAddress } from "./address.js";
import { findEngine, type Engine } from "./engine.js";
import { OWNER, RUN, STARTED, withLabel } from "./labels.js";

export interface Contained {
  readonly runId: string;
  readonly address: EngineAddress;
  /** Whose it is; null: nobody can tell. */
  readonly owner: Identity | null;
  /** ISO 8601. */
  readonly started: string;
  readonly containers: number;
  readonly networks: number;
}

/** On the usual engine and on these others, as far as they answer. */
export async function findContained(addresses: readonly EngineAddress[]): Promise<readonly Contained[]> {
  const all = [...new Set([engineAddress(), ...addresses])];
  const found = await Promise.all(
    all.map(async (address) => {
      const engine = await findEngine(address);
      return "docker" in engine ? containedIn(engine) : [];
    }),
  );
  // One engine may have several addresses.
  return [...new Map(found.flat().map((each) => [each.runId, each])).values()];
}

async function containedIn({ docker, address }: Engine): Promise<readonly Contained[]> {
  const filters = withLabel(RUN);
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  const labels = [...containers, ...networks].map(({ Labels }) => Labels ?? {});
  const of = (
    runId: string,
    things: readonly { readonly Labels?: Readonly<Record<string, string>> | undefined }[],
  ): number => things.filter(({ Labels }) => Labels?.[RUN] === runId).length;
  return [...new Set(labels.flatMap((each) => each[RUN] ?? []))].map((runId) => {
    const own = labels.find((each) => each[RUN] === runId) ?? {};
    return {
      runId,
      address,
      owner: ownerOf(own[OWNER]),
      started: own[STARTED] ?? "",
      containers: of(runId, containers),
      networks: of(runId, networks),
    };
  });
}

function ownerOf(text: string | undefined): Identity | null {
  try {
    return text === undefined ? null : (JSON.parse(text) as Identity);
  } catch {
    return null;
  }
}
