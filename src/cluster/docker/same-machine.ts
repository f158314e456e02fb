/** Whether what an engine runs can be reached from this process: by pids, and by the network. */
import { readlinkSync } from "node:fs";
import { release } from "node:os";
import { isPrivileged } from "../privileges.js";
import type { Engine } from "./engine.js";
import { ensureKeeper, KEEPER_COMMAND, KEEPER_IMAGE } from "./keeper.js";

/** The first pid namespace of a machine sees all others: its number is the kernel's own (PROC_PID_INIT_INO). */
const FIRST_PID_NAMESPACE = "pid:[4026531836]";

/** Whether this process may act on the engine's containers, and sees them. */
export async function canAct(engine: Engine): Promise<boolean> {
  if (process.platform !== "linux" || !isPrivileged()) return false;
  // A virtual machine has a kernel of its own.
  if (engine.info.KernelVersion !== release()) return false;
  return readlinkSync("/proc/self/ns/pid") === FIRST_PID_NAMESPACE || (await seesPids(engine));
}

/** Tried: a container's process, looked for by the pid that the engine tells. */
async function seesPids(engine: Engine): Promise<boolean> {
  await ensureKeeper(engine);
  const container = await engine.docker.createContainer({
    Image: KEEPER_IMAGE,
    Cmd: [...KEEPER_COMMAND],
    HostConfig: { NetworkMode: "none" },
  });
  try {
    await container.start();
    const { State } = await container.inspect();
    return readlinkSync(`/proc/${State.Pid}/exe`) === KEEPER_COMMAND[0];
  } catch {
    return false; // whatever it is that cannot be seen
  } finally {
    await container.remove({ force: true });
  }
}
