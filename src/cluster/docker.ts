/** The `docker` runtime: servers in containers, clients in namespaces of this machine on the same network. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LockjepsenError } from "../error.js";
import { makeBrood } from "./brood.js";
import { demandEngine, findEngine, type Engine } from "./docker/engine.js";
import { engineError } from "./docker/errors.js";
import { findImage } from "./docker/images.js";
import { keepServers } from "./docker/keep.js";
import { ensureKeeper } from "./docker/keeper.js";
import { OWNER, RUN, STARTED } from "./docker/labels.js";
import { createNetwork, dockerAddresses } from "./docker/network.js";
import { DATA, makeContainerNode } from "./docker/node.js";
import { reaperLabels } from "./docker/reaper.js";
import { watchEngine, type Watch } from "./docker/watch.js";
import { makeHost } from "./host.js";
import { ownIdentity } from "./identity.js";
import { openJournal, type ServerStart } from "./journal.js";
import { at, layOut } from "./layout.js";
import { acquaintAll, demandAbsent, entering, joinBridge } from "./namespaces.js";
import { isPrivileged } from "./privileges.js";
import { removeAll, untilGone } from "./remove.js";
import type { Cluster, ClusterSpec, Runtime, ServerPlace, ServerSpec, Unavailable } from "./types.js";

export const docker: Runtime = { name: "docker", available, find: findImage, create };

async function available(): Promise<true | Unavailable> {
  const engine = await findEngine();
  return "docker" in engine ? true : engine;
}

/** Throws {@link LockjepsenError}; then nothing is left. */
async function create(spec: ClusterSpec): Promise<Cluster> {
  const engine = await demandEngine();
  if (!isPrivileged())
    throw new LockjepsenError(
      "environment",
      "faults on containers need root",
      "run it with sudo, or by the command line, which runs itself in a container where that is needed",
    );
  const labels = {
    [RUN]: spec.runId,
    [OWNER]: JSON.stringify(ownIdentity()),
    [STARTED]: new Date().toISOString(),
    ...(spec.keep ? {} : await reaperLabels(engine)),
  };
  const { control, servers, clients, register } = layOut(spec, dockerAddresses(""));
  const namespaces = [control, ...servers, ...clients, register].map(({ namespace }) => namespace);
  demandAbsent(namespaces);
  const journal = openJournal(spec.runId, spec.logDirectory);
  journal.note([
    ...(spec.keep ? ([{ kind: "kept" }] as const) : []),
    { kind: "docker", address: engine.address },
    ...namespaces.map((name) => ({ kind: "netns", name }) as const),
  ]);
  const brood = makeBrood();
  let watch: Watch | undefined;
  const stop = untilGone(async () => {
    watch?.close();
    brood.kill();
    const containers = { address: engine.address, runId: spec.runId };
    const left = await removeAll({ namespaces, directories: [], containers });
    if (left.length === 0) journal.remove();
    return left;
  });

  try {
    watch = await watchEngine(engine, spec.runId);
    mkdirSync(spec.logDirectory, { recursive: true });
    await ensureKeeper(engine);
    const network = await createNetwork(engine, spec.runId, labels);
    journal.note([{ kind: "subnet", subnet: network.subnet }]);
    demandBridge(engine, network.bridge);
    const layout = layOut(spec, dockerAddresses(network.subnet));
    const [kept] = await Promise.all([
      keepServers(engine, network, layout.servers, labels),
      joinBridge(network.bridge, [layout.control, ...layout.clients, layout.register]),
    ]);
    journal.note(kept.map(({ place }) => ({ kind: "keeper", host: place.name, pid: place.keeper }) as const));
    const servers = kept.map(({ place }) => place);
    await acquaintAll([layout.control, ...servers, ...layout.clients, layout.register]);
    const places = layout.servers.map(({ name, address }): ServerPlace => ({
      name,
      address,
      dataDirectory: DATA,
    }));
    const starts = spec.servers.map((server, index): ServerStart & ContainedIn => ({
      name: server.name,
      command: server.command(at(places, index), places),
      dataDirectory: DATA,
      logFile: join(spec.logDirectory, `${server.name}.log`),
      container: { image: imageOf(server), networkOf: at(kept, index).container },
    }));
    journal.note(starts.map((start) => ({ kind: "server", ...start })));
    return {
      servers: starts.map(({ container, ...start }, index) => {
        const { place } = at(kept, index);
        const options = { ...start, ...container, place, labels, engine: () => Promise.resolve(engine) };
        return makeContainerNode(options, brood.adopt);
      }),
      clients: layout.clients.map((place) => makeHost(place, brood.adopt)),
      register: makeHost(layout.register, brood.adopt),
      control: makeHost(layout.control, brood.adopt),
      note: journal.note,
      entry: entering(layout.control.namespace),
      failed: watch.failed,
      stop,
    };
  } catch (cause) {
    await stop();
    throw engineError("the cluster cannot be made", cause);
  }
}

type ContainedIn = Required<Pick<ServerStart, "container">>;

/** Clients are joined to the network by its bridge: where that cannot be seen, neither can anything else. */
function demandBridge({ address }: Engine, bridge: string): void {
  // Not in /sys, which shows the network that it was mounted in.
  if (readFileSync("/proc/self/net/dev", "utf8").includes(`${bridge}:`)) return;
  throw new LockjepsenError(
    "environment",
    `the containers of the Docker engine ${address} are not on this machine's network`,
    "run it with --network=host --pid=host, or by the command line of the machine itself",
  );
}

function imageOf({ name, image }: ServerSpec): string {
  if (image !== undefined) return image;
  throw new LockjepsenError("internal", `${name} has no image`, "name one in its ServerSpec");
}
