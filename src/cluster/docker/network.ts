/** A network of the engine's for one run: closed to the outside, with addresses that collide with none in use. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { Network } from "dockerode";
import { LockjepsenError } from "../../error.js";
import type { Addresses } from "../layout.js";
import type { Engine } from "./engine.js";
import { engineError, engineMessage } from "./errors.js";
import { freeSubnets, ownSubnets, parseRoutes } from "./subnet.js";

export interface RunNetwork {
  readonly id: string;
  /** `10.77.3`. */
  readonly subnet: string;
  /** Name of its bridge on the machine that the engine runs on. */
  readonly bridge: string;
}

/** Last bytes: the bridge's own address, and the range that the engine would choose from (nothing of ours is in it). */
const BRIDGE = 254;
const RANGE = "64/27";

/** Where hosts are in a run's network. The bridge has an address of its own: whoever controls is beside it. */
export const dockerAddresses = (subnet: string): Addresses => ({ subnet, control: 253 });

/** Names of interfaces have room for 15 letters: these 10, and three digits for a port. */
export const bridgeName = (runId: string): string =>
  `lj${createHash("sha256").update(runId).digest("hex").slice(0, 8)}`;

/** Throws {@link LockjepsenError}. Whoever is faster gets a subnet: then the next one is tried. */
export async function createNetwork(
  { docker }: Engine,
  runId: string,
  labels: Readonly<Record<string, string>>,
): Promise<RunNetwork> {
  const bridge = bridgeName(runId);
  const used = [...(await subnetsInUse(docker)), ...ownSubnets(), ...routes()];
  for (const subnet of freeSubnets(used, Number.parseInt(bridge.slice(2), 16))) {
    try {
      const network: Network = await docker.createNetwork({
        Name: `lockjepsen-${runId}`,
        Driver: "bridge",
        Internal: true, // no way out, as in any runtime
        CheckDuplicate: true,
        Labels: { ...labels },
        Options: { "com.docker.network.bridge.name": bridge },
        IPAM: {
          Config: [
            { Subnet: `${subnet}.0/24`, Gateway: `${subnet}.${BRIDGE}`, IPRange: `${subnet}.${RANGE}` },
          ],
        },
      });
      return { id: network.id, subnet, bridge };
    } catch (error) {
      if (!/overlap/i.test(engineMessage(error))) throw engineError("the cluster's network", error);
    }
  }
  throw new LockjepsenError(
    "environment",
    "no addresses are free for the cluster's network: every 10.77.x.0/24 is in use",
    "remove networks that nobody needs (`docker network prune`), or take --runtime local",
  );
}

/** How many subnets a run could take just now. */
export async function countFreeSubnets({ docker }: Engine): Promise<number> {
  return freeSubnets([...(await subnetsInUse(docker)), ...ownSubnets(), ...routes()], 0).length;
}

async function subnetsInUse(docker: Engine["docker"]): Promise<readonly string[]> {
  const networks = await docker.listNetworks();
  return networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []));
}

const ROUTES = "/proc/net/route";
const routes = (): readonly string[] => (existsSync(ROUTES) ? parseRoutes(readFileSync(ROUTES, "utf8")) : []);
