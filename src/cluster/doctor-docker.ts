/** What `doctor` tells of the Docker engine. None is needed: a run is possible without. */
import type { Check } from "./doctor.js";
import { findEngine, type Engine } from "./docker/engine.js";
import { countFreeSubnets } from "./docker/network.js";
import { canAct } from "./docker/same-machine.js";
import { listStock } from "./docker/stock.js";
import { lastLine, runCommand } from "./command.js";
import { messageOf } from "../error.js";

const LOCAL = "take --runtime local";
const MEGABYTE = 1e6;

export async function dockerChecks(): Promise<readonly Check[]> {
  const engine = await findEngine();
  if (!("docker" in engine))
    return [{ name: "Docker engine", status: "warn", detail: engine.reason, mend: engine.mend }];
  return [about(engine), await reach(engine), await subnets(engine), await firewall(), await images(engine)];
}

function about({ address, info }: Engine): Check {
  const { ServerVersion, OperatingSystem, CgroupVersion = "1", CgroupDriver, MemoryLimit, PidsLimit } = info;
  const detail = `${ServerVersion} at ${address} on ${OperatingSystem}, cgroup ${CgroupVersion} (${CgroupDriver})`;
  return MemoryLimit && PidsLimit
    ? { name: "Docker engine", status: "ok", detail }
    : {
        name: "Docker engine",
        status: "warn",
        detail: `${detail}, which limits neither memory nor processes`,
        mend: "mount the cgroup controllers memory and pids, or go on without limits",
      };
}

/** Whether this process can do to containers what faults do. */
async function reach(engine: Engine): Promise<Check> {
  const name = "containers' pids";
  const able = await canAct(engine);
  return {
    name,
    status: "ok",
    detail: able
      ? "visible, and faults may act on them"
      : "out of reach of this user: runs happen in lockjepsen's own image, with --privileged --pid=host --network=host",
  };
}

async function subnets(engine: Engine): Promise<Check> {
  const name = "free subnets";
  const free = await countFreeSubnets(engine);
  return free > 0
    ? { name, status: "ok", detail: `${free} of 256 (10.77.x.0/24)` }
    : {
        name,
        status: "warn",
        detail: "none of 10.77.x.0/24",
        mend: `remove networks that nobody needs (docker network prune), or ${LOCAL}`,
      };
}

/** Its rules must be written with the same back end as the engine's. */
async function firewall(): Promise<Check> {
  const name = "iptables";
  const told = await runCommand(["iptables", "--version"]).catch((error: unknown) => ({
    code: null,
    stdout: "",
    stderr: messageOf(error),
  }));
  return told.code === 0
    ? { name, status: "ok", detail: lastLine(told.stdout) }
    : { name, status: "warn", detail: lastLine(told.stderr), mend: "apt-get install iptables" };
}

async function images(engine: Engine): Promise<Check> {
  const name = "images";
  const stock = await listStock(engine);
  const old = stock.filter(({ current }) => !current);
  const bytes = stock.reduce((sum, image) => sum + image.bytes, 0);
  const detail = `${stock.length} of ours${stock.length === 0 ? ", they are built when first needed" : `, ${Math.round(bytes / MEGABYTE)} MB`}`;
  return old.length === 0
    ? { name, status: "ok", detail }
    : { name, status: "warn", detail: `${detail}, ${old.length} outdated`, mend: "lockjepsen images prune" };
}
