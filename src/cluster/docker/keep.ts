import type { HostPlace } from "../host.js";
import { nameNamespace, type Attachment } from "../namespaces.js";
import type { Engine } from "./engine.js";
import { KEEPER_COMMAND, KEEPER_IMAGE } from "./keeper.js";
import { PART } from "./labels.js";
import type { RunNetwork } from "./network.js";

/** A server's place on the network, held by a container. */
export interface Kept {
  readonly place: HostPlace & Attachment & { readonly keeper: number };
  /** Id of the keeper's container. */
  readonly container: string;
}

/** Starts a keeper for each place, at its address, and names its namespace. */
export function keepServers(
  engine: Engine,
  network: RunNetwork,
  places: readonly HostPlace[],
  labels: Readonly<Record<string, string>>,
): Promise<readonly Kept[]> {
  return Promise.all(places.map((place) => keep(engine, network, place, labels)));
}

async function keep(
  { docker }: Engine,
  network: RunNetwork,
  place: HostPlace,
  labels: Readonly<Record<string, string>>,
): Promise<Kept> {
  const container = await docker.createContainer({
    Image: KEEPER_IMAGE,
    Cmd: [...KEEPER_COMMAND],
    Hostname: place.name,
    Labels: { ...labels, [PART]: "keeper" },
    HostConfig: { NetworkMode: network.id },
    NetworkingConfig: {
      EndpointsConfig: { [network.id]: { IPAMConfig: { IPv4Address: place.address } } },
    },
  });
  await container.start();
  const { State, NetworkSettings } = await container.inspect();
  await nameNamespace(place.namespace, State.Pid);
  const [endpoint] = Object.values(NetworkSettings.Networks);
  return {
    place: { ...place, keeper: State.Pid, ...(endpoint && { mac: endpoint.MacAddress }) },
    container: container.id,
  };
}
