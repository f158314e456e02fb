/** What a run needs of the kernel: to make network namespaces, as root or as root of a user namespace of its own. */
import { readFileSync } from "node:fs";
import { LockjepsenError } from "../error.js";
import { findOnPath } from "./path.js";
import { enterUserNamespace, insideUserNamespace, isRootless, obeyOutside } from "./rootless.js";
import { lastLine, runCommand } from "./command.js";
import { userNamespaceTrouble } from "./sysctls.js";
import type { Unavailable } from "./types.js";

/** Bits of `CapEff` in /proc/PID/status, see capabilities(7). */
const CAP_NET_ADMIN = 1n << 12n;
const CAP_SYS_ADMIN = 1n << 21n;

/** Whether this process may make network namespaces. Root of a plain container may not. */
export function isPrivileged(): boolean {
  if (process.platform !== "linux") return false;
  const status = readFileSync("/proc/self/status", "utf8");
  const capabilities = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  const needed = CAP_NET_ADMIN | CAP_SYS_ADMIN;
  return (capabilities & needed) === needed;
}

/** True where a user namespace can be made that a run can live in, or why not and how to mend that. */
export async function canUnshare(): Promise<true | Unavailable> {
  if (findOnPath("unshare") === undefined)
    return { reason: "unshare not found", mend: "install util-linux (`apt-get install util-linux`)" };
  const { code, stderr } = await runCommand(insideUserNamespace(["unshare", "--net", "true"]));
  return code === 0 ? true : userNamespaceTrouble(lastLine(stderr));
}

/**
 * Returns when this process may make network namespaces. Otherwise runs the same command line again as root of a user
 * namespace, and ends this process with its exit code. Throws {@link LockjepsenError} where the kernel forbids that.
 */
export async function ensurePrivileges(): Promise<void> {
  if (isPrivileged()) {
    if (isRootless()) obeyOutside();
    return;
  }
  const can = await canUnshare();
  if (can === true) process.exit(await enterUserNamespace());
  throw new LockjepsenError(
    "environment",
    `a cluster's network needs root or a user namespace, and there is neither: ${can.reason}`,
    can.mend,
  );
}
