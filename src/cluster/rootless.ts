/** Life without root: the same command line once more, as root of a user namespace that dies with us. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, homedir } from "node:os";
import { dyingWithUs } from "./apart.js";
import { ownIdentity, OWNER_VARIABLE } from "./identity.js";

/** Marks that we run inside a user namespace that we made ourselves. */
const ROOTLESS_VARIABLE = "LOCKJEPSEN_ROOTLESS";

export const isRootless = (): boolean => process.env[ROOTLESS_VARIABLE] === "1";

/**
 * A user namespace with mounts and pids of its own: when its first process ends, the kernel ends all others. The
 * network stays the machine's, since packages are fetched from in there; clusters have networks of their own anyway.
 */
const UNSHARE = "unshare --user --map-root-user --mount --pid --fork --kill-child --mount-proc".split(" ");

/**
 * The first process in there: gives `ip netns` a place of its own to write to, brings the name servers along where
 * they are noted under /run, and reaps what daemons leave.
 */
const INIT = `
resolv=$(cat /etc/resolv.conf 2>/dev/null)
mount -t tmpfs tmpfs /run || exit 70
if [ ! -e /etc/resolv.conf ]; then
  file=$(readlink -m /etc/resolv.conf)
  mkdir -p "\${file%/*}" && printf '%s\\n' "$resolv" > "$file"
fi
"$@"
exit $?`;

/** A command line that runs `argv` as root of a user namespace. */
export function insideUserNamespace(argv: readonly string[]): readonly [string, ...string[]] {
  return [...UNSHARE, "sh", "-c", INIT, "sh", ...argv] as unknown as readonly [string, ...string[]];
}

/** The environment of whatever runs in there. */
export function insideEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HOME: homedir(), // our user is called root in there: its home would be looked up as root's
    [ROOTLESS_VARIABLE]: "1",
    [OWNER_VARIABLE]: JSON.stringify(ownIdentity()),
  };
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGWINCH"] as const;

/** Runs this very command line in there, with our standard streams and signals; its exit code. */
export async function enterUserNamespace(): Promise<number> {
  const inside = insideUserNamespace([process.execPath, ...process.execArgv, ...process.argv.slice(1)]);
  // Should we be killed, nothing of it may go on.
  const [program, ...args] = [...dyingWithUs(), ...inside] as [string, ...string[]];
  const child = spawn(program, args, {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    // Out of the terminal's process group: a Ctrl-C comes by us, once, and not from both sides.
    detached: true,
    env: insideEnvironment(),
  });
  // Told, not sent on: around the command are `unshare` and `sh`, which a signal would kill at once.
  for (const signal of SIGNALS) process.on(signal, () => child.connected && child.send({ signal }));
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** In there: does as the process outside is told by the user. */
export function obeyOutside(): void {
  process.on("message", ({ signal }: { signal: NodeJS.Signals }) => process.kill(process.pid, signal));
  process.on("disconnect", () => process.exit(128 + constants.signals.SIGKILL)); // it was killed
  process.channel?.unref();
}
