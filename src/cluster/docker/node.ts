import type { Container, ContainerCreateOptions } from "dockerode";
import { LockjepsenError } from "../../error.js";
import { makeHost, type Adopt, type HostPlace } from "../host.js";
import { expectExit } from "../exit.js";
import { readLog, tellingLine } from "../logs.js";
import { signalHost } from "../processes.js";
import type { Node, NodeExit, ServerCommand } from "../types.js";
import { addFiles, runContainer, startContainer } from "./container.js";
import type { Engine } from "./engine.js";
import { engineError } from "./errors.js";
import { PART } from "./labels.js";

export interface ContainerNodeOptions {
  engine(): Promise<Engine>;
  readonly place: HostPlace;
  readonly command: ServerCommand;
  readonly image: string;
  /** Id of the container whose network and pids it shares: its keeper. */
  readonly networkOf: string;
  /** All but {@link PART}. */
  readonly labels: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Its container is there already: another process made it. */
  readonly made?: boolean;
}

/** Where a server's data are in its container: on a volume of their own, which goes with the container. */
export const DATA = "/var/lib/lockjepsen";
/** For servers that refuse to run as root: nearly every image knows this account, and a server may look it up. */
const NOBODY = 65534;

const MIB = 2 ** 20;
/** One server that takes more of the machine than this would be felt by the others, and by the clients. */
const LIMITS = { memory: 1024 * MIB, processes: 4096 };

/** A server as a container in the network of its keeper. */
export function makeContainerNode(options: ContainerNodeOptions, adopt: Adopt): Node {
  const { place, logFile } = options;
  const host = makeHost(place, adopt);
  const listeners: ((exit: NodeExit) => void)[] = [];
  let container: Container | undefined;
  let started = false;
  let running = false;
  let killing = false;
  let exit = expectExit();

  async function start({ wipe = false }: { readonly wipe?: boolean } = {}): Promise<void> {
    if (running) throw new LockjepsenError("internal", `${place.name} runs already`, "kill it first");
    try {
      const engine = await options.engine();
      if (options.made) container ??= await find(engine, options);
      if (wipe) {
        await container?.remove({ force: true, v: true });
        container = undefined;
      }
      container ??= await prepare(engine, options);
      if (started) exit = expectExit();
      killing = false;
      const { ended } = await startContainer(engine, container, logFile);
      [started, running] = [true, true];
      const { resolve } = exit;
      const tell = (how: NodeExit): void => {
        running = false;
        resolve(how);
        for (const listener of listeners) listener(how);
      };
      ended.then(
        (how) => tell({ ...how, ours: killing }),
        // The engine is gone, and its containers with it: that it told nothing is told elsewhere.
        () => tell({ code: null, signal: "SIGKILL", ours: true }),
      );
    } catch (cause) {
      throw engineError(`${place.name} cannot be started`, cause);
    }
  }

  async function kill(signal: NodeJS.Signals): Promise<void> {
    killing ||= signal !== "SIGSTOP" && signal !== "SIGCONT";
    await signalHost(host, signal);
    if (signal === "SIGKILL" && running) await exit.promise;
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

/** A container with its files in place and its preparations done. */
async function prepare(engine: Engine, options: ContainerNodeOptions): Promise<Container> {
  const { place, command, logFile } = options;
  const container = await engine.docker.createContainer({
    ...describe(engine, options, command.argv, place.name),
    Volumes: { [DATA]: {} },
  });
  const owner = command.unprivileged ? NOBODY : 0;
  if (command.files || owner !== 0) await addFiles(container, DATA, command.files ?? {}, owner);
  for (const argv of command.prepare ?? []) {
    const own = describe(engine, options, argv, "preparation");
    const how = await runContainer(
      engine,
      { ...own, HostConfig: { ...own.HostConfig, VolumesFrom: [container.id] } },
      logFile,
    );
    if (how.code === 0) continue;
    const line = tellingLine(await readLog(logFile));
    throw new LockjepsenError(
      "environment",
      `${place.name} cannot be prepared: ${argv[0]} ended with ${how.signal ?? `exit code ${how.code}`}${line === null ? "" : `: ${line}`}`,
      `all that was said: ${logFile}`,
    );
  }
  return container;
}

async function find(
  { docker }: Engine,
  { place, labels }: ContainerNodeOptions,
): Promise<Container | undefined> {
  const wanted = Object.entries({ ...labels, [PART]: place.name }).map(
    ([label, value]) => `${label}=${value}`,
  );
  const [found] = await docker.listContainers({ all: true, filters: { label: wanted } });
  return found && docker.getContainer(found.Id);
}

function describe(
  { info }: Engine,
  { image, command, networkOf, labels }: ContainerNodeOptions,
  argv: readonly string[],
  part: string,
): ContainerCreateOptions {
  const [program = "", ...args] = argv;
  const user = command.unprivileged ? NOBODY : 0;
  return {
    Image: image,
    // Not the image's own: official images begin with a script that changes what is started.
    Entrypoint: [program],
    Cmd: args,
    User: `${user}:${user}`,
    WorkingDir: DATA,
    Env: Object.entries({ LANG: "C.UTF-8", HOME: DATA, ...command.env }).map(
      ([key, value]) => `${key}=${value}`,
    ),
    Labels: { ...labels, [PART]: part },
    HostConfig: {
      NetworkMode: `container:${networkOf}`,
      PidMode: `container:${networkOf}`,
      ...(info.MemoryLimit && { Memory: LIMITS.memory, MemorySwap: LIMITS.memory }),
      ...(info.PidsLimit && { PidsLimit: LIMITS.processes }),
    },
  };
}
