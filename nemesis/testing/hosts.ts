import type { Host } from "../../src/cluster/types.js";

/** A host that is a name and some pids: enough for what aims and stops, without a network. */
export function bareHost(name: string, role: Host["role"], pids: () => readonly number[] = () => []): Host {
  const unused = (): never => {
    throw new Error("a bare host has no network");
  };
  return { name, role, address: "", pids, exec: unused, spawn: unused };
}
