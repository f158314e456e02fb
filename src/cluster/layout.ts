/** Who lives where on a run's network: hosts by name, their addresses and their namespaces, in every runtime alike. */
import { LockjepsenError } from "../error.js";
import type { HostPlace } from "./host.js";
import type { ClusterSpec, Role } from "./types.js";

const MOST = { servers: 9, clients: 100 };
const FIRST_CLIENT = 101;
const REGISTER = 250;

/** The run's own /24. */
export interface Addresses {
  /** Its first three bytes: `10.77.0`. */
  readonly subnet: string;
  /** Last byte of the control host's. */
  readonly control: number;
}

export interface Layout {
  readonly control: HostPlace;
  readonly servers: readonly HostPlace[];
  readonly clients: readonly HostPlace[];
  readonly register: HostPlace;
}

/** Throws a usage error where there are more hosts than addresses. */
export function layOut({ runId, servers, clients }: ClusterSpec, addresses: Addresses): Layout {
  if (servers.length > MOST.servers || clients > MOST.clients)
    throw new LockjepsenError(
      "usage",
      `${servers.length} servers and ${clients} clients are too many`,
      `take at most ${MOST.servers} servers and ${MOST.clients} clients`,
    );
  const place = (name: string): HostPlace => placeOf(runId, name, addresses);
  return {
    control: place("control"),
    servers: servers.map(({ name }) => place(name)),
    clients: Array.from({ length: clients }, (_, index) => place(`c${index + 1}`)),
    register: place("register"),
  };
}

/** Where a host of that name is: `n1`, `c1`, `register`, `control`. */
export function placeOf(runId: string, name: string, { subnet, control }: Addresses): HostPlace {
  const namespace = `lj-${runId}-${name}`;
  const at = (role: Role, host: number): HostPlace => ({
    name,
    role,
    address: `${subnet}.${host}`,
    namespace,
  });
  if (name === "control") return at("control", control);
  if (name === "register") return at("register", REGISTER);
  const number = Number(name.slice(1));
  return name.startsWith("c") ? at("client", FIRST_CLIENT + number - 1) : at("server", number);
}

export function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`no item ${index}`);
  return item;
}
