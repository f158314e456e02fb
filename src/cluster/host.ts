import { spawn, type ChildProcess } from "node:child_process";
import { runCommand } from "./command.js";
import { entering } from "./namespaces.js";
import { processesOf } from "./remove.js";
import type { Host, Role } from "./types.js";

export interface HostPlace {
  readonly name: string;
  readonly role: Role;
  readonly address: string;
  readonly namespace: string;
  /** Pid of what only keeps the namespace: no process of the host's own. */
  readonly keeper?: number;
}

/** Remembers children until they end: just started, one may not have entered its namespace yet. */
export type Adopt = (child: ChildProcess) => void;

/** A network namespace as a place to run things in. */
export function makeHost({ name, role, address, namespace, keeper }: HostPlace, adopt: Adopt): Host {
  return {
    name,
    role,
    address,
    pids: () => processesOf([namespace]).filter((pid) => pid !== keeper),
    exec: (argv, options) =>
      runCommand([...entering(namespace), ...argv], { env: withoutProxies(), ...options }),
    spawn(argv, { stdio, env, cwd }) {
      const [program, ...args] = [...entering(namespace), ...argv] as [string, ...string[]];
      const child = spawn(program, args, {
        stdio,
        // Out of the terminal's process group: its Ctrl-C is for lockjepsen to handle.
        detached: true,
        env: { ...withoutProxies(), ...env },
        ...(cwd === undefined ? {} : { cwd }),
      });
      adopt(child);
      return child;
    },
  };
}

/** No proxy can be reached from inside; gRPC and others would take the variables at their word. */
function withoutProxies(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^\w+_proxy$/i.test(name)));
}
