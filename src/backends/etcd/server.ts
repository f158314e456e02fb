import type { ServerPlace, Software } from "../../cluster/types.js";
import type { Backend, Setting } from "../types.js";

export const software: Software = {
  binaries: ["etcd"],
  packages: ["etcd-server"],
  image: "etcd",
  versions: {
    "3.3": { debian: "bullseye", ubuntu: "jammy" },
    "3.4": { debian: "bookworm", ubuntu: "noble" },
    "3.5": { debian: "trixie" },
  },
  versionCommand: ["etcd", "--version"],
};

/**
 * Flags of etcd by their own names. Default "": the flag is not passed, so that versions which do not know it start.
 * Where it is set it is passed as it stands, and such a version refuses to start.
 */
export const settings: Readonly<Record<string, Setting>> = {
  "heartbeat-interval": { description: "ms between the leader's heartbeats", default: "100" },
  "election-timeout": {
    description:
      "ms without a heartbeat until a follower stands for election; no lease is shorter than 1.5 times this",
    default: "1000",
  },
  "snapshot-count": { description: "committed entries between two snapshots", default: "100000" },
  "quota-backend-bytes": {
    description: "size of the store at which etcd refuses writes; 0: 2 GB",
    default: "0",
  },
  "auto-compaction-mode": { description: "periodic or revision", default: "periodic" },
  "auto-compaction-retention": {
    description: "history kept: a duration, or revisions; 0: all",
    default: "0",
  },
  "pre-vote": {
    description: "3.4 and later: ask before an election (default false, from 3.5 true)",
    default: "",
  },
  "experimental-enable-lease-checkpoint": {
    description:
      "3.4 and later: a new leader goes on with what is left of a lease, instead of its whole time to live",
    default: "",
  },
  "experimental-enable-lease-checkpoint-persist": {
    description: "3.5: keeps such checkpoints over a restart",
    default: "",
  },
  "unsafe-no-fsync": { description: "3.5: true does not wait for the disk, and loses data", default: "" },
  "log-level": { description: "3.4 and later: debug, info, warn, error", default: "" },
};

const CLIENT_PORT = 2379;
const PEER_PORT = 2380;

export const endpoint = ({ address }: ServerPlace): string => `${address}:${CLIENT_PORT}`;

const clientUrl = (place: ServerPlace): string => `http://${endpoint(place)}`;
const peerUrl = ({ address }: ServerPlace): string => `http://${address}:${PEER_PORT}`;

/** A static cluster of `all`. A member that is started again with its data ignores the flags of the first start. */
export const command: Backend["command"] = (own, all, { binaries, settings }) => ({
  argv: [
    binaries["etcd"] ?? "etcd",
    ...flags({
      name: own.name,
      "data-dir": own.dataDirectory,
      "listen-client-urls": clientUrl(own),
      "advertise-client-urls": clientUrl(own),
      "listen-peer-urls": peerUrl(own),
      "initial-advertise-peer-urls": peerUrl(own),
      "initial-cluster": all.map((place) => `${place.name}=${peerUrl(place)}`).join(","),
      "initial-cluster-state": "new",
      ...settings,
    }),
  ],
  env: {
    // 3.4 logs by "capnslog" if not told otherwise, and may log to journald. In the environment, because 3.3 refuses
    // flags that it does not know, but only warns of variables.
    ETCD_LOGGER: "zap",
    ETCD_LOG_OUTPUTS: "stderr",
    // 3.4 and earlier run on other architectures only when told to.
    ...(process.arch === "x64" ? {} : { ETCD_UNSUPPORTED_ARCH: process.arch }),
  },
});

const flags = (values: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(values).flatMap(([flag, value]) => (value === "" ? [] : [`--${flag}=${value}`]));
