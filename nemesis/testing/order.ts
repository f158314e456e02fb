import type { Host, Node } from "../../src/cluster/types.js";
import type { Battlefield, Order, PlannedFault } from "../types.js";
import { bareHost } from "./hosts.js";

/** A server that is a name and nothing else. */
export function bareServer(name: string): Node {
  const unused = (): never => {
    throw new Error("a bare server does not run");
  };
  return {
    ...bareHost(name, "server"),
    env: {},
    start: unused,
    kill: unused,
    exited: new Promise(() => {}),
    onExit: () => {},
    logs: unused,
    logFile: "",
  };
}

export const bareFault: PlannedFault = {
  id: "f1",
  nemesis: "fake",
  shape: "usual",
  target: "one",
  phase: null,
  client: null,
  atMs: 0,
  durationMs: 1_000,
  after: null,
  pick: 0,
  parameters: {},
};

export const bareField: Battlefield = {
  servers: ["n1", "n2", "n3"].map(bareServer),
  clients: ["c1", "c2"].map((name) => bareHost(name, "client")),
  register: bareHost("register", "register"),
  leader: () => Promise.resolve(null),
  holder: () => Promise.resolve(null),
};

/** An order to hit these hosts; `notes` collects what would be journalled. */
export function orderFor(hosts: readonly Host[], more: Partial<Order> = {}, notes: unknown[] = []): Order {
  const unused = (): never => {
    throw new Error("there is nobody to ask");
  };
  return {
    fault: bareFault,
    hosts,
    holder: null,
    field: bareField,
    service: { endSession: unused, failover: unused, clock: unused },
    clients: { block: unused, blocked: unused, answers: unused, clock: unused, holdBack: unused },
    register: { nextRead: unused },
    note: (undo) => void notes.push(undo),
    signal: new AbortController().signal,
    ...more,
  };
}
