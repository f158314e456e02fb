/** Where a run's register is: the tester's own process, a table of a database beside it, or one of the service itself. */
import { serverCommand, PORT } from "../backends/postgres/server.js";
import type { Backend } from "../backends/types.js";
import type { Cluster, FoundSoftware, ServerSpec } from "../cluster/types.js";
import { LockjepsenError } from "../error.js";
import { withSoftware } from "./servers.js";
import type { RegisterPlace } from "../register/client.js";
import type { RegisterConfig, SequencerPlace } from "../register/messages.js";
import type { Plan } from "../plan/types.js";
import { workloads } from "../../workloads/index.js";

/** The database beside the register, where the plan asks for one. It is on no disk that anybody tests. */
export const resourceSpec = (software: FoundSoftware): ServerSpec => ({
  name: "register",
  command(own) {
    const settings = { fsync: "off", max_connections: "200" };
    return withSoftware(software, serverCommand(own, { binaries: software.binaries, settings }));
  },
});

interface RegisterParts {
  readonly plan: Plan;
  readonly backend: Backend;
  readonly cluster: Cluster;
  /** Of the service's servers. */
  readonly endpoints: readonly string[];
}

/** How clients reach it. */
export function registerPlace({ plan, backend, cluster, endpoints }: RegisterParts): RegisterPlace {
  const { address } = cluster.register;
  switch (plan.register) {
    case "embedded":
      return { kind: "embedded", address };
    case "postgres":
      return { kind: "table", endpoint: `${address}:${PORT}`, guard: null };
    case "service":
      return {
        kind: "table",
        endpoint: endpoints[0] ?? "",
        guard: backend.recipes[plan.judge.recipe]?.resource ?? null,
      };
  }
}

/** What the register's process is to know. */
export function registerConfig(parts: RegisterParts, file: string): RegisterConfig {
  const { plan } = parts;
  const place = registerPlace(parts);
  const workload = workloads[plan.workload];
  if (!workload)
    throw new LockjepsenError("internal", `no ${plan.workload}`, "the plan names what is not there");
  const { initial, change } = workload;
  const { fencing, locks } = plan.judge;
  const common = { file, initial, fencing };
  if (place.kind === "table") return { ...place, ...common, change, locks };
  return { ...place, ...common, sequencers: sequencersOf(parts) };
}

function sequencersOf({ plan, backend, endpoints }: RegisterParts): SequencerPlace | null {
  const { recipe, fencing } = plan.judge;
  if (fencing !== "on" || !backend.recipes[recipe]?.stands) return null;
  return { module: plan.backend.module, recipe, endpoints };
}
