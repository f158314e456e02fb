/** The Docker engine, spoken with by its API. */
import { existsSync } from "node:fs";
import type Docker from "dockerode";
import { errnoOf, LockjepsenError, messageOf } from "../../error.js";
import type { Unavailable } from "../types.js";
import { engineAddress, isRemote, socketPath, type EngineAddress } from "./address.js";

export interface Engine {
  readonly docker: Docker;
  readonly address: EngineAddress;
  readonly info: EngineInfo;
}

/** What the engine tells of itself, as far as it matters here. See `GET /info`. */
export interface EngineInfo {
  readonly ServerVersion: string;
  readonly KernelVersion: string;
  readonly OperatingSystem: string;
  readonly OSType: string;
  readonly Architecture: string;
  readonly CgroupVersion?: string;
  readonly CgroupDriver: string;
  readonly MemoryLimit: boolean;
  readonly PidsLimit?: boolean;
  readonly SecurityOptions?: readonly string[];
}

/** It either answers at once or is not there. */
const PATIENCE_MS = 1_000;
/** It is needed, and may be busy with other runs. */
const DEMAND_MS = 10_000;

/** Loaded when needed only: the library takes a fifth of a second. */
async function connect(address: EngineAddress): Promise<Docker> {
  const { default: Client } = await import("dockerode");
  const path = socketPath(address) ?? /^npipe:\/\/(.*)$/.exec(address)?.[1];
  if (path !== undefined) return new Client({ socketPath: path });
  const { protocol, hostname, port } = new URL(address.replace(/^tcp:/, "http:"));
  return new Client({
    protocol: protocol === "https:" ? "https" : "http",
    host: hostname,
    port: port || 2375,
  });
}

/** The engine of this machine, or why none can be used and how to mend that. */
export async function findEngine(
  address: EngineAddress = engineAddress(),
  patienceMs: number = PATIENCE_MS,
): Promise<Engine | Unavailable> {
  if (isRemote(address))
    return {
      reason: `the Docker engine ${address} is on another machine, and faults must be made where the servers run`,
      mend: "run lockjepsen on that machine, or take --runtime local",
    };
  const path = socketPath(address);
  if (path !== undefined && !existsSync(path)) return absent(address);
  const docker = await connect(address);
  try {
    const info = (await within(patienceMs, docker.info())) as EngineInfo;
    if (info.OSType === "linux") return { docker, address, info };
    return {
      reason: `the Docker engine runs ${info.OSType} containers`,
      mend: "switch it to Linux containers, or take --runtime local",
    };
  } catch (error) {
    return unreachable(address, error);
  }
}

/** The same, for those that cannot do without. Throws {@link LockjepsenError}. */
export async function demandEngine(address?: EngineAddress): Promise<Engine> {
  const found = await findEngine(address, DEMAND_MS);
  if ("docker" in found) return found;
  throw new LockjepsenError("environment", found.reason, found.mend);
}

const absent = (address: EngineAddress): Unavailable => ({
  reason: `no Docker engine answers at ${address}`,
  mend: "start it (`systemctl start docker`, or Docker Desktop), or take --runtime local",
});

function unreachable(address: EngineAddress, error: unknown): Unavailable {
  switch (errnoOf(error)) {
    case "EACCES":
    case "EPERM":
      return {
        reason: `this user may not speak with the Docker engine (${address})`,
        mend: "add the user to the group docker and log in again, or take --runtime local",
      };
    case "ENOENT":
    case "ECONNREFUSED":
      return absent(address);
    default:
      return {
        reason: `the Docker engine at ${address} does not answer: ${messageOf(error)}`,
        mend: "see whether `docker version` works, or take --runtime local",
      };
  }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${ms} ms`)), ms);
  });
  promise.catch(() => {}); // the loser's rejection
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
