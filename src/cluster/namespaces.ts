/** Network namespaces by name, and the star of links between them: every host on one bridge, nothing else in reach. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { LockjepsenError } from "../error.js";
import { firstTrouble, runCommand } from "./command.js";

/** Where `ip netns` mounts them. */
const DIRECTORY = "/var/run/netns";
const BRIDGE = "br0";

export interface Attachment {
  readonly namespace: string;
  /** IPv4, in the run's /24. */
  readonly address: string;
  /** Where it has not one of ours. */
  readonly mac?: string;
}

/** Path to enter a namespace by. */
export const namespacePath = (name: string): string => join(DIRECTORY, name);

export const namespaceExists = (name: string): boolean => existsSync(namespacePath(name));

/** Throws where a run of the same name has left something. */
export function demandAbsent(names: readonly string[]): void {
  const taken = names.find(namespaceExists);
  if (taken === undefined) return;
  throw new LockjepsenError("environment", `the namespace ${taken} exists already`, "run `lockjepsen clean`");
}

/** Prefix of a command that runs inside a namespace; the process stays the same one (exec). */
export const entering = (name: string): readonly [string, ...string[]] => [
  "nsenter",
  `--net=${namespacePath(name)}`,
  "--",
];

/**
 * Makes a bridge in a namespace of its own and a namespace per host, linked to it. The bridge is not on the host,
 * whose firewall (Docker's FORWARD DROP, say) would filter it; and there is no default route: nothing gets out.
 */
export async function buildNetwork(hub: Attachment, hosts: readonly Attachment[]): Promise<void> {
  await addNamespaces([hub, ...hosts]);
  await ipIn(hub.namespace, [
    "link set lo up",
    `link add ${BRIDGE} address ${mac(hub)} type bridge`,
    `link set ${BRIDGE} up`,
    `addr add ${hub.address}/24 dev ${BRIDGE}`,
    ...hosts.map((host) => linkTo(host, port(host))),
    ...hosts.map((host) => `link set ${port(host)} master ${BRIDGE} up`),
    ...hosts.map((host) => acquaint(host, BRIDGE)),
  ]);
  await Promise.all(
    hosts.map((host) => ipIn(host.namespace, [...settle(host), ...meet(host, [hub, ...hosts])])),
  );
}

/** Makes a namespace per host, linked to a bridge of this machine; its ports are named `<bridge><number>`. */
export async function joinBridge(bridge: string, hosts: readonly Attachment[]): Promise<void> {
  await addNamespaces(hosts);
  const name = (host: Attachment): string => `${bridge}${lastByte(host)}`;
  await ip(
    ["ip", "-batch", "-"],
    [
      ...hosts.map((host) => linkTo(host, name(host))),
      ...hosts.map((host) => `link set ${name(host)} master ${bridge} up`),
    ],
  );
  await Promise.all(hosts.map((host) => ipIn(host.namespace, settle(host))));
}

/**
 * Removes the links that {@link joinBridge} made. A namespace without a name lives on until the last connection in it gives
 * up, which takes minutes where it is cut off, and its link with it.
 */
export async function leaveBridge(bridge: string): Promise<void> {
  const ports = readdirSync("/sys/class/net").filter((name) => name.startsWith(bridge) && name !== bridge);
  const input = ports.map((name) => `link del ${name}\n`).join("");
  if (ports.length > 0) await runCommand(["ip", "-force", "-batch", "-"], { input });
}

/** Gives the network namespace of a process a name by which to enter it. */
export async function nameNamespace(name: string, pid: number): Promise<void> {
  await ip(["ip", "-batch", "-"], [`netns attach ${name} ${pid}`]);
}

/** Lets hosts that are already on one network know each other, and nothing else: older engines leave a default route. */
export async function acquaintAll(hosts: readonly Attachment[]): Promise<void> {
  await Promise.all(
    hosts.map((host) => ipIn(host.namespace, ["route flush exact default", ...meet(host, hosts)])),
  );
}

// `ip netns add` returns to where it came from, which a user namespace may do only if it owns that network.
const addNamespaces = (hosts: readonly Attachment[]): Promise<void> =>
  ip(
    ["unshare", "--net", "ip", "-batch", "-"],
    hosts.map(({ namespace }) => `netns add ${namespace}`),
  );

const linkTo = (host: Attachment, port: string): string =>
  `link add ${port} type veth peer name eth0 address ${mac(host)} netns ${host.namespace}`;

const settle = (host: Attachment): readonly string[] => [
  "link set lo up",
  `addr add ${host.address}/24 dev eth0`,
  "link set eth0 up",
];

const meet = (host: Attachment, all: readonly Attachment[]): readonly string[] =>
  all.filter((other) => other !== host).map((other) => acquaint(other, "eth0"));

/** Removes namespaces; those that are still there afterwards. */
export async function removeNamespaces(names: readonly string[]): Promise<readonly string[]> {
  const present = names.filter(namespaceExists);
  if (present.length === 0) return [];
  const input = present.map((name) => `netns del ${name}\n`).join("");
  await runCommand(["ip", "-force", "-batch", "-"], { input });
  return present.filter(namespaceExists);
}

/**
 * Hosts know each other from the start. The kernel's table of neighbours is one for the whole machine, with room for
 * 1024: a hundred clients overflow it, and whoever is not found then looks cut off by a fault that nobody made.
 * Permanent entries are not counted.
 */
const acquaint = (host: Attachment, device: string): string =>
  `neigh replace ${host.address} lladdr ${mac(host)} dev ${device} nud permanent`;

const lastByte = ({ address }: Attachment): number => Number(address.split(".").at(-1));

/** A locally administered address, by the host's place in the subnet. */
const mac = (host: Attachment): string =>
  host.mac ?? `02:00:00:00:00:${lastByte(host).toString(16).padStart(2, "0")}`;

/** The bridge's end of a host's link, named by its place in the subnet: interface names are short. */
const port = (host: Attachment): string => `port${lastByte(host)}`;

const ipIn = (namespace: string, lines: readonly string[]): Promise<void> =>
  ip([...entering(namespace), "ip", "-batch", "-"], lines);

async function ip(argv: readonly [string, ...string[]], lines: readonly string[]): Promise<void> {
  const { code, stderr } = await runCommand(argv, { input: lines.map((line) => `${line}\n`).join("") });
  if (code === 0) return;
  throw new LockjepsenError(
    "environment",
    `the cluster's network cannot be made: ${firstTrouble(stderr)}`,
    "run `lockjepsen doctor`: it says what is missing",
  );
}
