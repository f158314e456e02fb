/** The `local` runtime: servers as processes in network namespaces of this machine. */
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LockjepsenError, messageOf } from "../error.js";
import { makeBrood } from "./brood.js";
import { makeHost, type HostPlace } from "./host.js";
import { openJournal, type ServerStart } from "./journal.js";
import { at, layOut, type Addresses } from "./layout.js";
import { buildNetwork, demandAbsent, entering } from "./namespaces.js";
import { makeNode } from "./node.js";
import { findOnPath } from "./path.js";
import { isPrivileged } from "./privileges.js";
import { removeAll, untilGone } from "./remove.js";
import { isRootless } from "./rootless.js";
import { findSoftware } from "./software.js";
import type { Cluster, ClusterSpec, Runtime, ServerPlace, ServerSpec, Unavailable } from "./types.js";

/** The bridge is private to the run: every run may use the same addresses. The control host is the bridge itself. */
export const LOCAL_ADDRESSES: Addresses = { subnet: "10.77.0", control: 254 };

export const local: Runtime = {
  name: "local",
  available,
  find(software, { version, image }, options) {
    if (image !== undefined)
      throw new LockjepsenError(
        "usage",
        `--image ${image} needs containers, and the runtime is local`,
        "take --runtime docker, or leave --image out",
      );
    return findSoftware(software, version, options);
  },
  create,
};

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
  const layout = layOut(spec, LOCAL_ADDRESSES);
  const places = [...layout.servers, ...layout.clients, layout.register];
  const namespaces = [layout.control, ...places].map(({ namespace }) => namespace);
  demandAbsent(namespaces);
  const data = join(tmpdir(), `lockjepsen-${spec.runId}`);
  const journal = openJournal(spec.runId, spec.logDirectory);
  journal.note([
    ...(spec.keep ? ([{ kind: "kept" }] as const) : []),
    { kind: "directory", path: data },
    ...namespaces.map((name) => ({ kind: "netns", name }) as const),
  ]);
  const brood = makeBrood();
  const stop = untilGone(async () => {
    brood.kill();
    const left = await removeAll({ namespaces, directories: [data] });
    if (left.length === 0) journal.remove();
    return left;
  });

  try {
    const sharedDirectory = join(data, "shared");
    mkdirSync(data, { mode: 0o700 });
    mkdirSync(sharedDirectory);
    const settle = ({ name, address }: HostPlace): ServerPlace => {
      const dataDirectory = join(data, name);
      mkdirSync(dataDirectory);
      return { name, address, dataDirectory };
    };
    const servers = layout.servers.map(settle);
    mkdirSync(spec.logDirectory, { recursive: true });
    await buildNetwork(layout.control, places);
    const startOf = ({ name, command }: ServerSpec, own: ServerPlace): ServerStart => {
      const logFile = join(spec.logDirectory, `${name}.log`);
      return { name, command: command(own, servers), dataDirectory: own.dataDirectory, logFile };
    };
    const starts = spec.servers.map((server, index) => startOf(server, at(servers, index)));
    journal.note(starts.map((start) => ({ kind: "server", ...start })));
    return {
      servers: starts.map((start, index) =>
        makeNode({ ...start, place: at(layout.servers, index) }, brood.adopt),
      ),
      clients: layout.clients.map((place) => makeHost(place, brood.adopt)),
      register: makeHost(layout.register, brood.adopt),
      ...(spec.resource && {
        resource: makeNode(
          { ...startOf(spec.resource, settle(layout.register)), place: layout.register },
          brood.adopt,
        ),
      }),
      control: makeHost(layout.control, brood.adopt),
      sharedDirectory,
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
