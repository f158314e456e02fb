/** What `doctor` tries of the cluster's network. */
import { fileURLToPath } from "node:url";
import { messageOf } from "../error.js";
import { lastLine, runCommand } from "./command.js";
import type { Check } from "./doctor.js";
import { findOnPath } from "./path.js";
import { canUnshare, isPrivileged } from "./privileges.js";
import { insideEnvironment, insideUserNamespace } from "./rootless.js";
import { tryNetwork } from "./try-network.js";

export async function privileges(): Promise<Check> {
  const name = "privileges";
  if (isPrivileged()) return { name, status: "ok", detail: "root" };
  const can = await canUnshare();
  if (can === true) return { name, status: "ok", detail: "not root, but user namespaces work" };
  return { name, status: "fail", detail: `neither root nor user namespaces: ${can.reason}`, mend: can.mend };
}

export function tools(): Check {
  const name = "tools";
  const programs = ["ip", "nsenter", "unshare"];
  const missing = programs.filter((program) => findOnPath(program) === undefined);
  return missing.length === 0
    ? { name, status: "ok", detail: programs.join(", ") }
    : {
        name,
        status: "fail",
        detail: `not found: ${missing.join(", ")}`,
        mend: "apt-get install iproute2 util-linux",
      };
}

/** Makes a cluster of two hosts, lets one speak with the other, and removes it again. */
export async function network(): Promise<Check> {
  const name = "network namespaces and bridge";
  try {
    const began = performance.now();
    if (isPrivileged()) await tryNetwork();
    else await tryInside();
    return {
      name,
      status: "ok",
      detail: `made, used and removed in ${Math.round(performance.now() - began)} ms`,
    };
  } catch (error) {
    return {
      name,
      status: "fail",
      detail: messageOf(error),
      mend: "the kernel must offer network namespaces, bridges and veth links (`modprobe -a bridge veth`)",
    };
  }
}

export function packages(): Check {
  const missing = ["apt-get", "dpkg-deb"].filter((program) => findOnPath(program) === undefined);
  return missing.length === 0
    ? { name: "packages", status: "ok", detail: "apt-get, dpkg-deb" }
    : {
        name: "packages",
        status: "warn",
        detail: `not found: ${missing.join(", ")}`,
        mend: "servers cannot be fetched here: put them on the PATH",
      };
}

async function tryInside(): Promise<void> {
  const program = fileURLToPath(new URL("try-network.js", import.meta.url));
  const argv = insideUserNamespace([process.execPath, program]);
  const { code, stderr } = await runCommand(argv, { env: insideEnvironment(), timeoutMs: 30_000 });
  if (code !== 0) throw new Error(lastLine(stderr) || "the attempt ended without a word");
}
