import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { LockjepsenError, messageOf } from "../error.js";
import { expectExit } from "./exit.js";
import { makeHost, type Adopt, type HostPlace } from "./host.js";
import { readLog } from "./logs.js";
import { entering } from "./namespaces.js";
import { prepareData, wipeData } from "./node-data.js";
import { withOwnMemory } from "./own-memory.js";
import { signalHost } from "./processes.js";
import { AS_ORDINARY_USER, enteringRoot } from "./suite-root.js";
import type { Node, NodeExit, ServerCommand } from "./types.js";

export interface NodeOptions {
  readonly place: HostPlace;
  readonly command: ServerCommand;
  readonly dataDirectory: string;
  readonly logFile: string;
  /** It was started before, by somebody else. */
  readonly prepared?: boolean;
}

/** A server as processes in a namespace of its own. */
export function makeNode(options: NodeOptions, adopt: Adopt): Node {
  const { place, logFile } = options;
  const host = makeHost(place, adopt);
  const listeners: ((exit: NodeExit) => void)[] = [];
  let main: ChildProcess | undefined;
  let exit = expectExit();
  let { prepared = false } = options;
  let killing = false;

  async function start({ wipe = false }: { readonly wipe?: boolean } = {}): Promise<void> {
    if (main) {
      if (!hasEnded(main))
        throw new LockjepsenError("internal", `${place.name} runs already`, "kill it first");
      exit = expectExit();
    }
    if (wipe) await wipeData(options.dataDirectory);
    if (wipe || !prepared) await prepareData(options, (argv) => run(argv));
    prepared = true;
    killing = false;
    const { resolve } = exit;
    const child = launch(options);
    main = child;
    adopt(child);
    child.once("exit", (code, signal) => {
      const how: NodeExit = { code, signal, ours: killing };
      resolve(how);
      for (const tell of listeners) tell(how);
    });
    try {
      await once(child, "spawn");
      await entered(child, host.pids);
    } catch (cause) {
      main = undefined;
      throw new LockjepsenError(
        "environment",
        `${place.name} cannot be started: ${messageOf(cause)}`,
        "run `lockjepsen doctor`: it says what is missing",
        { cause },
      );
    }
  }

  /** A command in its place, as itself; what it says goes to the log. */
  async function run(argv: readonly string[]): Promise<void> {
    const child = launch({ ...options, command: { ...options.command, argv } });
    adopt(child);
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    if (code !== 0) throw new Error(`${argv[0]} ended with ${signal ?? `exit code ${code}`}`);
  }

  async function kill(signal: NodeJS.Signals): Promise<void> {
    killing ||= signal !== "SIGSTOP" && signal !== "SIGCONT";
    await signalHost(host, signal);
    if (signal === "SIGKILL" && main) await exit.promise;
  }

  return {
    ...host,
    env: options.command.env ?? {},
    start,
    kill,
    get exited() {
      return exit.promise;
    },
    onExit: (listener) => void listeners.push(listener),
    logFile,
    logs: () => readLog(logFile),
  };
}

/** `nsenter` takes a moment to get there: until then no signal to this host would reach it. */
async function entered(child: ChildProcess, pids: Node["pids"]): Promise<void> {
  while (!hasEnded(child) && !pids().includes(child.pid ?? 0)) await sleep(1);
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Its output goes to its log by itself: what it says last is there even if lockjepsen is no more. */
function launch({ place, command, dataDirectory, logFile }: NodeOptions): ChildProcess {
  const { argv, env, root, unprivileged = false } = command;
  const asOrdinaryUser = unprivileged ? AS_ORDINARY_USER : [];
  const log = openSync(logFile, "a");
  try {
    const [program, ...args] = [
      ...withOwnMemory(env ?? {}), // before it enters: who is seen inside is what it is to be
      ...entering(place.namespace),
      ...(root === undefined ? asOrdinaryUser : enteringRoot(root, { dataDirectory, unprivileged })),
      ...argv,
    ] as [string, ...string[]];
    return spawn(program, args, {
      cwd: dataDirectory,
      detached: true,
      stdio: ["ignore", log, log],
      // Not the tester's own environment: an ETCD_* variable of theirs would change what is tested.
      env: { PATH: process.env["PATH"], LANG: "C.UTF-8", HOME: dataDirectory },
    });
  } finally {
    closeSync(log);
  }
}
