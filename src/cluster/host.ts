import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { APART_VARIABLE, isApart, isMarkedApart, keepApart } from "./apart.js";
import { runCommand } from "./command.js";
import { entering } from "./namespaces.js";
import { withOwnMemory } from "./own-memory.js";
import { processesOf } from "./remove.js";
import type { Host, Role } from "./types.js";

export interface HostPlace {
  readonly name: string;
  readonly role: Role;
  readonly address: string;
  readonly namespace: string;
  /** Pid of what only keeps the namespace: no process of the host's own. */
  readonly keeper?: number;
  /** Its run is over: what that run left apart is known by its mark alone. */
  readonly orphaned?: true;
}

/** Remembers children until they end: just started, one may not have entered its namespace yet. */
export type Adopt = (child: ChildProcess) => void;

const APART = { [APART_VARIABLE]: "1" };

/** A network namespace as a place to run things in. */
export function makeHost(
  { name, role, address, namespace, keeper, orphaned }: HostPlace,
  adopt: Adopt,
): Host {
  const ours = (pid: number): boolean => isApart(pid) || (orphaned === true && isMarkedApart(pid));
  return {
    name,
    role,
    address,
    pids: () => processesOf([namespace]).filter((pid) => pid !== keeper && !ours(pid)),
    exec: (argv, options) =>
      runCommand([...entering(namespace), ...argv], {
        env: { ...withoutProxies(), ...APART },
        ...options,
        onSpawn: keepApart,
      }),
    spawn(argv, { stdio, env, cwd, apart = false }) {
      const [program, ...args] = [
        ...(env && Object.keys(env).length > 0 ? withOwnMemory(env) : []),
        ...entering(namespace),
        ...argv,
      ] as [string, ...string[]];
      const child = spawn(program, args, {
        stdio: stdio.map((each) => (each === "pass-on" ? "pipe" : each)),
        // Out of the terminal's process group: its Ctrl-C is for lockjepsen to handle.
        detached: true,
        env: { ...withoutProxies(), ...(apart && APART) },
        ...(cwd === undefined ? {} : { cwd }),
      });
      if (stdio[2] === "pass-on") passOn(child);
      if (apart) keepApart(child);
      adopt(child);
      return child;
    },
  };
}

/**
 * With our own standard error a process that is stopped would keep it open: whoever reads it to its end would wait for
 * that process, long after our own end.
 */
function passOn({ stderr }: ChildProcess): void {
  stderr?.on("data", (chunk: Buffer) => process.stderr.write(chunk));
  (stderr as Socket | null)?.unref();
}

/** No proxy can be reached from inside; gRPC and others would take the variables at their word. */
function withoutProxies(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^\w+_proxy$/i.test(name)));
}
