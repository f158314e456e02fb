/** The `local` runtime: servers as processes in network namespaces of this machine. */
import type { ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LockjepsenError, messageOf } from "../error.js";
import { makeHost, type HostPlace } from "./host.js";
import { openJournal, type Journal, type JournalStep, type StoredJournal } from "./journal.js";
import { buildNetwork, entering, namespaceExists } from "./namespaces.js";
import { makeNode } from "./node.js";
import { findOnPath } from "./path.js";
import { isPrivileged } from "./privileges.js";
import { removeAll, type Belongings } from "./remove.js";
import { isRootless } from "./rootless.js";
import type { Cluster, ClusterSpec, Host, Role, Runtime, ServerPlace, Unavailable } from "./types.js";

/** The bridge is private to the run: every run may use the same addresses. */
const SUBNET = "10.77.0";
const MOST = { servers: 9, clients: 100 };
const FIRST_CLIENT = 101;
const REGISTER = 250;
const HUB = 254;

export const local: Runtime = { name: "local", available, create };

async function available(): Promise<true | Unavailable> {
  if (process.platform !== "linux")
    return { reason: "network namespaces exist only on Linux", mend: "run it in a Linux machine or VM" };
  if (!isPrivileged())
    return {
      reason: "making network namespaces needs root",
      mend: "run it with sudo, or by the command line, which makes a user namespace where the kernel allows it",
    };
  const missing = ["ip", "nsenter", "unshare"].filter((program) => findOnPath(program) === undefined);
  if (missing.length === 0) return true;
  return {
    reason: `${missing.join(", ")} not found`,
    mend: "install iproute2 and util-linux (`apt-get install iproute2 util-linux`)",
  };
}

/** Throws {@link LockjepsenError}; then nothing is left. */
async function create(spec: ClusterSpec): Promise<Cluster> {
  if (spec.keep && isRootless())
    throw new LockjepsenError(
      "environment",
      "a cluster cannot be kept without root: it lives in a user namespace that ends with this command",
      "run it with sudo, or leave --keep-cluster out",
    );
  const layout = layOut(spec);
  const places = [...layout.servers, ...layout.clients, layout.register];
  const namespaces = [layout.control, ...places].map(({ namespace }) => namespace);
  const taken = namespaces.find(namespaceExists);
  if (taken !== undefined)
    throw new LockjepsenError(
      "environment",
      `the namespace ${taken} exists already`,
      "run `lockjepsen clean`",
    );

  const data = join(tmpdir(), `lockjepsen-${spec.runId}`);
  const journal = openJournal(spec.runId, spec.logDirectory);
  journal.note([
    ...(spec.keep ? ([{ kind: "kept" }] as const) : []),
    { kind: "directory", path: data },
    ...namespaces.map((name) => ({ kind: "netns", name }) as const),
  ]);
  const children = new Set<ChildProcess>();
  const adopt = (child: ChildProcess): void => {
    children.add(child);
    child.once("exit", () => children.delete(child));
    child.once("error", () => children.delete(child));
  };
  const stop = untilGone(() => strike({ namespaces, directories: [data] }, children, journal));

  try {
    mkdirSync(data, { mode: 0o700 });
    const servers = layout.servers.map(({ name, address }): ServerPlace => {
      const dataDirectory = join(data, name);
      mkdirSync(dataDirectory);
      return { name, address, dataDirectory };
    });
    mkdirSync(spec.logDirectory, { recursive: true });
    await buildNetwork(layout.control, places);
    const starts = spec.servers.map(({ name, command }, index): ServerStart => {
      const own = at(servers, index);
      const logFile = join(spec.logDirectory, `${name}.log`);
      return { name, command: command(own, servers), dataDirectory: own.dataDirectory, logFile };
    });
    journal.note(starts.map((start) => ({ kind: "server", ...start })));
    return {
      servers: starts.map((start, index) => makeNode({ ...start, place: at(layout.servers, index) }, adopt)),
      clients: layout.clients.map((place) => makeHost(place, adopt)),
      register: makeHost(layout.register, adopt),
      control: makeHost(layout.control, adopt),
      note: journal.note,
      entry: entering(layout.control.namespace),
      stop,
    };
  } catch (cause) {
    await stop();
    if (cause instanceof LockjepsenError) throw cause;
    throw new LockjepsenError(
      "environment",
      `the cluster cannot be made: ${messageOf(cause)}`,
      "run `lockjepsen doctor`: it says what is missing",
      { cause },
    );
  }
}

type ServerStart = Omit<Extract<JournalStep, { kind: "server" }>, "kind">;

/** The hosts of a run whose lockjepsen is no more, as far as they are still there; servers as such. */
export function findHost(
  { header, steps }: Pick<StoredJournal, "header" | "steps">,
  name: string,
): Host | undefined {
  const namespace = namespaceOf(header.runId, name);
  const made = steps.some((step) => step.kind === "netns" && step.name === namespace);
  if (!made || !namespaceExists(namespace)) return undefined;
  const place = { ...placeOf(header.runId, name), namespace };
  const start = steps.find((step) => step.kind === "server" && step.name === name) as ServerStart | undefined;
  return start ? makeNode({ ...start, place, prepared: true }, () => {}) : makeHost(place, () => {});
}

async function strike(
  belongings: Belongings,
  children: ReadonlySet<ChildProcess>,
  journal: Journal,
): Promise<readonly string[]> {
  for (const child of children) child.kill("SIGKILL");
  const left = await removeAll(belongings);
  if (left.length === 0) journal.remove();
  return left;
}

/** One call at a time; again only while something is left. */
function untilGone(action: () => Promise<readonly string[]>): () => Promise<readonly string[]> {
  let last: Promise<readonly string[]> | undefined;
  return () => {
    last = last ? last.then((left) => (left.length === 0 ? left : action())) : action();
    return last;
  };
}

interface Layout {
  readonly control: HostPlace;
  readonly servers: readonly HostPlace[];
  readonly clients: readonly HostPlace[];
  readonly register: HostPlace;
}

function layOut({ runId, servers, clients }: ClusterSpec): Layout {
  if (servers.length > MOST.servers || clients > MOST.clients)
    throw new LockjepsenError(
      "usage",
      `${servers.length} servers and ${clients} clients are too many`,
      `take at most ${MOST.servers} servers and ${MOST.clients} clients`,
    );
  const place = (name: string): HostPlace => placeOf(runId, name);
  return {
    control: place("control"),
    servers: servers.map(({ name }) => place(name)),
    clients: Array.from({ length: clients }, (_, index) => place(`c${index + 1}`)),
    register: place("register"),
  };
}

const namespaceOf = (runId: string, name: string): string => `lj-${runId}-${name}`;

/** Where a host of that name is: `n1`, `c1`, `register`, `control`. */
function placeOf(runId: string, name: string): HostPlace {
  const namespace = namespaceOf(runId, name);
  const at = (role: Role, host: number): HostPlace => ({
    name,
    role,
    address: `${SUBNET}.${host}`,
    namespace,
  });
  if (name === "control") return at("control", HUB);
  if (name === "register") return at("register", REGISTER);
  const number = Number(name.slice(1));
  return name.startsWith("c") ? at("client", FIRST_CLIENT + number - 1) : at("server", number);
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`no item ${index}`);
  return item;
}
