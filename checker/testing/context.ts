import type { JudgeContext } from "../../src/history/context.js";

/** How a test's history is to be judged: etcd's mutex with a lease of 2 s, unless told otherwise. */
export function contextFor(
  clients: readonly string[],
  {
    promises,
    ...more
  }: Omit<Partial<JudgeContext>, "promises"> & { promises?: Partial<JudgeContext["promises"]> } = {},
): JudgeContext {
  return {
    version: 1,
    backend: "etcd",
    recipe: "mutex",
    promises: {
      exclusion: "service",
      lease: "ttl",
      ttl: { min: 2000, max: 60_000, step: 1000, default: 2000 },
      renewals: "visible",
      token: "create_revision",
      except: [],
      source: "a test",
      ...promises,
    },
    ttlMs: 2000,
    freedWithinMs: 4000,
    fencing: "off",
    discipline: "trusting",
    workload: "set",
    leastGrants: 2,
    nemeses: [],
    locks: ["lock-1"],
    clients,
    servers: ["n1", "n2", "n3"],
    ...more,
  };
}

export type ContextChanges = NonNullable<Parameters<typeof contextFor>[1]>;
