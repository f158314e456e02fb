import { readFileSync } from "node:fs";
import type { HostConfig as KnownHostConfig } from "dockerode";

/** Capabilities by their numbers, see capabilities(7): those that every engine knows. */
const NAMES = (
  "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE " +
  "NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN " +
  "SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE " +
  "MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ"
).split(" ");

/** In the engine's API, in its types not yet. */
type HostConfig = KnownHostConfig & { readonly CgroupnsMode?: "host" | "private" };

/**
 * What `--privileged` gives. It asks for every capability that the kernel knows, and fails where the machine itself has
 * been denied one (a sandboxed CI machine, say): there, the same with those that it has.
 */
export function privileged(status: string = ownStatus()): HostConfig {
  const bounds = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  const had = NAMES.filter((_, number) => (bounds >> BigInt(number)) & 1n);
  if (had.length === 0 || had.length === NAMES.length) return { Privileged: true };
  return {
    CapAdd: had,
    SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined", "label=disable"],
    MaskedPaths: [],
    ReadonlyPaths: [],
    CgroupnsMode: "host",
    Binds: ["/sys:/sys"],
  };
}

/** Of this process; elsewhere than on Linux the engine has a machine of its own, which is denied nothing. */
const ownStatus = (): string =>
  process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "";
