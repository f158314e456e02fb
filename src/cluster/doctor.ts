import { findLeftovers } from "./clean.js";
import { cache, cores, disk, memory, nodeVersion, state, system } from "./doctor-machine.js";
import { dockerChecks } from "./doctor-docker.js";
import { network, packages, privileges, tools } from "./doctor-network.js";

/** One thing that a run needs, looked at. */
export interface Check {
  readonly name: string;
  /** `warn`: a run is possible all the same. */
  readonly status: "ok" | "warn" | "fail";
  readonly detail: string;
  /** How to mend it, where it is not ok. */
  readonly mend?: string;
}

/** Looks at everything that a run needs, by trying where that is possible. Leaves nothing behind. */
export async function diagnose(): Promise<readonly Check[]> {
  return [
    nodeVersion(),
    system(),
    await privileges(),
    tools(),
    await network(),
    packages(),
    ...(await dockerChecks()),
    await cache(),
    state(),
    ...disk(),
    memory(),
    cores(),
    await leftovers(),
  ];
}

async function leftovers(): Promise<Check> {
  const found = await findLeftovers();
  const dead = found.filter(({ alive }) => !alive);
  const running = found.length - dead.length;
  const detail = [
    dead.length === 0 ? "nothing left behind" : `left behind by ${dead.map(({ runId }) => runId).join(", ")}`,
    ...(running === 0 ? [] : [`${running} under way`]),
  ].join("; ");
  return dead.length === 0
    ? { name: "earlier runs", status: "ok", detail }
    : { name: "earlier runs", status: "warn", detail, mend: "lockjepsen clean" };
}
