/** The freezer of control groups, version 2 or 1: what `docker pause` uses. No process can see or refuse it. */
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host, Unavailable } from "../../src/cluster/types.js";
import { errnoOf, LockjepsenError, messageOf } from "../../src/error.js";

const VERIFY_MS = 2_000;

/** A mounted hierarchy of control groups that can freeze. */
interface Freezer {
  readonly version: 1 | 2;
  readonly mount: string;
}

/** A group that is to be frozen. */
export interface Group {
  readonly version: 1 | 2;
  readonly path: string;
  /** Made for this: its processes go back there, and it is removed. Null: it was theirs before. */
  readonly home: string | null;
}

/** The second version where there is one: it freezes without uninterruptible sleep, and its processes can be killed. */
export function findFreezer(): Freezer | Unavailable {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").trimEnd().split("\n").map(parseMount);
  const v2 = mounts.find(({ type }) => type === "cgroup2");
  const v1 = mounts.find(({ type, options }) => type === "cgroup" && options.includes("freezer"));
  const able = [
    ...(v2 ? [{ version: 2, mount: v2.path } as const] : []),
    ...(v1 ? [{ version: 1, mount: v1.path } as const] : []),
  ];
  const found = able.find(({ mount }) => writable(mount));
  if (found) return found;
  return able.length > 0
    ? { reason: "control groups are not ours to change", mend: "run it as root; or take the shape stop" }
    : { reason: "no control groups are mounted", mend: "take the shape stop" };
}

/** See proc_pid_mountinfo(5): optional fields end with a hyphen. */
function parseMount(line: string): { path: string; type: string; options: readonly string[] } {
  const [before = "", after = ""] = line.split(" - ");
  const [type = "", , options = ""] = after.split(" ");
  return { path: before.split(" ")[4] ?? "", type, options: options.split(",") };
}

/**
 * The group of a host's processes: their own, if nobody else is in it, as a container has one; else one to be made, named
 * by `name`. Nothing is changed yet.
 */
export function groupOf(host: Host, { version, mount }: Freezer, name: string): Group {
  const pids = host.pids();
  const [first, ...others] = pids.flatMap((pid) => groupPath(pid, version) ?? []);
  if (first === undefined)
    throw new LockjepsenError("environment", `nothing runs on ${host.name}`, "see the logs of the run");
  let common = first;
  while (others.some((path) => relative(common, path).startsWith(".."))) common = dirname(common);
  const own = common !== "/" && membersOf(join(mount, common)).every((pid) => pids.includes(pid));
  return own
    ? { version, path: join(mount, common), home: null }
    : { version, path: join(mount, name), home: join(mount, first) };
}

/** Puts the host's processes into the group where they are not, and freezes it. How many processes are in it. */
export async function freeze(host: Host, group: Group): Promise<number> {
  if (group.home !== null) await gather(host, group);
  write(group, "freeze");
  await settled(group, true);
  return membersOf(group.path).length;
}

/** Lets it go on, and what was made of it is gone. Safe to call for what never was, or is no more. */
export async function thaw(group: Group): Promise<void> {
  try {
    write(group, "thaw");
    await settled(group, false);
    if (group.home === null) return;
    for (let members = membersOf(group.path); members.length > 0; members = membersOf(group.path))
      for (const pid of members) move(pid, group.home);
    await removed(group.path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

/** A process that is just ending is no member any more, and yet keeps the group busy until it has left. */
async function removed(path: string): Promise<void> {
  for (const deadline = performance.now() + VERIFY_MS; ; await sleep(1)) {
    try {
      return rmdirSync(path);
    } catch (error) {
      if (errnoOf(error) !== "EBUSY" || performance.now() > deadline) throw error;
    }
  }
}

/** A process may fork before it is moved: until two looks find nobody outside. */
async function gather(host: Host, { path, version }: Group): Promise<void> {
  mkdirSync(path, { recursive: true });
  const deadline = performance.now() + VERIFY_MS;
  for (let clean = 0; clean < 2;) {
    const inside = new Set(membersOf(path));
    const outside = host.pids().filter((pid) => !inside.has(pid) && groupPath(pid, version) !== undefined);
    for (const pid of outside) move(pid, path);
    clean = outside.length === 0 ? clean + 1 : 0;
    if (performance.now() > deadline)
      throw new LockjepsenError(
        "environment",
        `${host.name} does not stay in its control group`,
        "take stop",
      );
    if (clean < 2) await sleep(1);
  }
}

function move(pid: number, path: string): void {
  try {
    writeFileSync(join(path, "cgroup.procs"), String(pid));
  } catch (error) {
    if (errnoOf(error) !== "ESRCH") throw error; // it ended
  }
}

function write({ version, path }: Group, what: "freeze" | "thaw"): void {
  if (version === 2) writeFileSync(join(path, "cgroup.freeze"), what === "freeze" ? "1" : "0");
  else writeFileSync(join(path, "freezer.state"), what === "freeze" ? "FROZEN" : "THAWED");
}

function isFrozen({ version, path }: Group): boolean {
  if (version === 2) return /^frozen 1$/m.test(readFileSync(join(path, "cgroup.events"), "utf8"));
  return readFileSync(join(path, "freezer.state"), "utf8").trim() === "FROZEN";
}

async function settled(group: Group, frozen: boolean): Promise<void> {
  const deadline = performance.now() + VERIFY_MS;
  while (isFrozen(group) !== frozen) {
    if (performance.now() > deadline)
      throw new LockjepsenError(
        "environment",
        `the control group ${group.path} is not ${frozen ? "frozen" : "thawed"} after ${VERIFY_MS} ms`,
        "try again on a calmer machine",
      );
    await sleep(1);
  }
}

/** Processes in a group and all below it. */
function membersOf(path: string): readonly number[] {
  const own = readFileSync(join(path, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  const below = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...own, ...below.flatMap(({ name }) => membersOf(join(path, name)))];
}

/** Where a process is in the hierarchy; undefined when it is no more. See cgroups(7). */
function groupPath(pid: number, version: 1 | 2): string | undefined {
  try {
    const lines = readFileSync(`/proc/${pid}/cgroup`, "utf8")
      .split("\n")
      .map((line) => line.split(":"));
    const line = lines.find(([id, names = ""]) =>
      version === 2 ? id === "0" && names === "" : names.split(",").includes("freezer"),
    );
    return line?.slice(2).join(":");
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ESRCH") return undefined;
    throw new LockjepsenError("environment", `process ${pid}: ${messageOf(error)}`, "run it as root");
  }
}

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
