/** Which ways between hosts a fault is about: pure, from who is hit and who there is. */
import type { Host } from "../../src/cluster/types.js";
import { LockjepsenError } from "../../src/error.js";

/** One direction between two hosts: what `from` sends to `to`. */
export interface Edge {
  readonly from: Host;
  readonly to: Host;
}

/** Whom a fault hits, among whom. */
export interface Scene {
  readonly hosts: readonly Host[];
  readonly servers: readonly Host[];
  readonly clients: readonly Host[];
  readonly register: Host;
  /** In [0, 1): where a ring of servers is cut into two. */
  readonly pick: number;
}

/** Two hosts that are parted; `way` is meant as the first of them sees it. */
type Pair = readonly [Host, Host];

/** `to`: what is sent to those that are hit; `from`: what they send. */
export const WAYS = ["both", "to", "from"] as const;
export type Way = (typeof WAYS)[number];

export function edgesOf(pairs: readonly Pair[], way: Way): readonly Edge[] {
  return pairs.flatMap(([hit, other]) => [
    ...(way === "from" ? [] : [{ from: other, to: hit }]),
    ...(way === "to" ? [] : [{ from: hit, to: other }]),
  ]);
}

/** A server and the other servers; a client and all servers. Of two that are both hit, each is alone. */
export function withPeers({ hosts, servers }: Scene): readonly Pair[] {
  return distinct(hosts.flatMap((hit) => between([hit], servers)));
}

/** Servers and all clients; clients and all servers. */
export function acrossRoles({ hosts, servers, clients }: Scene): readonly Pair[] {
  return hosts.flatMap((hit) => between([hit], hit.role === "client" ? servers : clients));
}

/** What servers that are hit send to all clients, and what all servers send to clients that are hit. */
export function answers(scene: Scene): readonly Edge[] {
  return acrossRoles(scene).map(([hit, other]) =>
    hit.role === "client" ? { from: other, to: hit } : { from: hit, to: other },
  );
}

/** Those that are hit stay together. */
export function withRest({ hosts, servers }: Scene): readonly Pair[] {
  return between(hosts, without(servers, hosts));
}

/** The smaller half first, beginning where `pick` says. */
export function halves({ servers, pick }: Scene): readonly Pair[] {
  const ring = rotated(servers, Math.floor(pick * servers.length));
  const middle = Math.floor(ring.length / 2);
  return between(ring.slice(0, middle), ring.slice(middle));
}

/** Two halves, and one server that sees both. */
export function bridge({ hosts: [middle], servers }: Scene): readonly Pair[] {
  if (middle === undefined) return [];
  const [, ...others] = rotated(servers, servers.indexOf(middle));
  const half = Math.floor(others.length / 2);
  return between(others.slice(0, half), others.slice(half));
}

/** Each sees its nearest neighbours on both sides, a majority with itself, and no two the same. */
export function ring({ servers }: Scene): readonly Pair[] {
  const count = servers.length;
  const reach = Math.ceil(Math.floor(count / 2) / 2);
  return distinct(
    servers.flatMap((server, index) =>
      servers.flatMap((other, place): readonly Pair[] => {
        const steps = (place - index + count) % count;
        return Math.min(steps, count - steps) > reach ? [[server, other]] : [];
      }),
    ),
  );
}

/** Those that are hit and others by name or by role: `n1,n2`, `servers`, `clients`, `register`. */
export function withNamed(scene: Scene, names: string): readonly Pair[] {
  const { hosts, servers, clients, register } = scene;
  const words: Readonly<Record<string, readonly Host[]>> = { servers, clients, register: [register] };
  const all = [...servers, ...clients, register];
  const others = names.split(",").flatMap((name) => {
    const found = words[name] ?? all.filter((host) => host.name === name);
    if (found.length > 0) return found;
    throw new LockjepsenError(
      "usage",
      `there is no node ${name}`,
      "name n1 ..., c1 ..., register, servers or clients",
    );
  });
  return between(hosts, without(others, hosts));
}

const MOST_ARROWS = 6;

/** `n1 <-> n2, n3 -> n1`. */
export function arrows(edges: readonly Edge[]): string {
  const back = (edge: Edge): boolean => edges.some(({ from, to }) => from === edge.to && to === edge.from);
  const told = edges
    .filter(
      (edge, index) => !edges.slice(0, index).some(({ from, to }) => from === edge.to && to === edge.from),
    )
    .map((edge) => `${edge.from.name} ${back(edge) ? "<->" : "->"} ${edge.to.name}`);
  const more = told.length - MOST_ARROWS;
  return more <= 0 ? told.join(", ") : `${told.slice(0, MOST_ARROWS).join(", ")} and ${more} more`;
}

const between = (some: readonly Host[], others: readonly Host[]): readonly Pair[] =>
  some.flatMap((one) => others.filter((other) => other !== one).map((other): Pair => [one, other]));

const without = (list: readonly Host[], gone: readonly Host[]): readonly Host[] =>
  list.filter((host) => !gone.includes(host));

const rotated = <T>(list: readonly T[], first: number): readonly T[] => [
  ...list.slice(first),
  ...list.slice(0, first),
];

/** Each pair once, whichever of the two comes first. */
function distinct(pairs: readonly Pair[]): readonly Pair[] {
  const seen = new Set<string>();
  return pairs.filter(([one, other]) => {
    const key = [one.name, other.name].toSorted().join(" ");
    return !seen.has(key) && seen.add(key);
  });
}
