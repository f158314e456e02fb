import type { ServerPlace, Software } from "../../cluster/types.js";
import type { Backend, Setting } from "../types.js";

/** `redis-server` is a link into `redis-tools`; the libraries are those that a machine without Redis has no use for. */
export const software: Software = {
  binaries: ["redis-server"],
  packages: ["redis-server", "redis-tools", "libatomic1", "libjemalloc2", "liblzf1"],
  versions: {
    "6.0": { debian: "bullseye", ubuntu: "jammy" },
    "7.0": { debian: "bookworm", ubuntu: "noble" },
    "8.0": { debian: "trixie" },
  },
  image: "redis",
  versionCommand: ["redis-server", "--version"],
};

/** Directives of redis.conf by their own names, with Redis's own defaults. */
export const settings: Readonly<Record<string, Setting>> = {
  appendonly: {
    description: "yes: every write goes to a log, and is there again after a restart",
    default: "no",
  },
  appendfsync: {
    description: "when that log is forced to the disk: always, everysec, no; asked for, there is one",
    default: "everysec",
    needs: { appendonly: "yes" },
  },
  hz: { description: "background rounds a second, such as those that look for expired keys", default: "10" },
  maxmemory: { description: "bytes at which keys are evicted or writes refused; 0: none", default: "0" },
  "maxmemory-policy": {
    description: "what is evicted then; allkeys-lru and its like evict locks too",
    default: "noeviction",
  },
};

const PORT = 6379;

export const endpoint = ({ address }: ServerPlace): string => `${address}:${PORT}`;

/** One server in the foreground. It logs to its standard output. The first of the programs is the server. */
export const serverCommand =
  ({ binaries: [server = ""] }: Software): Backend["command"] =>
  (own, _all, { binaries, settings }) => ({
    argv: [binaries[server] ?? server, ...directives({ ...alone(own), ...settings })],
  });

/** What any server needs here. */
export const alone = ({ address, dataDirectory }: ServerPlace): Readonly<Record<string, string>> => ({
  bind: address,
  port: String(PORT),
  dir: dataDirectory,
  // It refuses clients of other hosts otherwise, for it has no password.
  "protected-mode": "no",
});

const directives = (values: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
