import { readFileSync } from "node:fs";
import type { Unavailable } from "./types.js";

/** Kernel settings that forbid user namespaces, with the value that does; see user_namespaces(7), namespaces(7). */
const GUARDS: readonly (readonly [name: string, forbids: string, allows: string])[] = [
  ["kernel.unprivileged_userns_clone", "0", "1"],
  ["kernel.apparmor_restrict_unprivileged_userns", "1", "0"],
  ["user.max_user_namespaces", "0", "10000"],
  ["user.max_net_namespaces", "0", "10000"],
  ["user.max_mnt_namespaces", "0", "10000"],
  ["user.max_pid_namespaces", "0", "10000"],
];

/** Why a user namespace cannot be made, and the two ways to mend it. `detail`: what the attempt said. */
export function userNamespaceTrouble(
  detail: string,
  read: (name: string) => string | undefined = readSysctl,
  isRoot: boolean = process.geteuid?.() === 0,
): Unavailable {
  const root = isRoot
    ? "give this container the capabilities SYS_ADMIN and NET_ADMIN (--privileged)"
    : "run it as root (with sudo)";
  const guard = GUARDS.find(([name, forbids]) => read(name) === forbids);
  if (guard === undefined)
    return {
      reason: detail || "the kernel refuses",
      mend: `${root}, or let this user make user namespaces (\`unshare --user --map-root-user true\` must work)`,
    };
  const [name, forbids, allows] = guard;
  return {
    reason: `${name} is ${forbids} (${detail})`,
    mend: `${root}, or allow user namespaces: \`sudo sysctl ${name}=${allows}\``,
  };
}

function readSysctl(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name.replaceAll(".", "/")}`, "utf8").trim();
  } catch {
    return undefined; // this kernel has no such setting
  }
}
