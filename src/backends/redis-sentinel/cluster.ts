/** What runs where: a primary, its replicas, and the sentinels that promote one of them. */
import { createHash } from "node:crypto";
import type { ServerPlace } from "../../cluster/types.js";
import { alone, endpoint as dataEndpoint, settings as dataSettings, software } from "../redis/server.js";
import type { Backend, Setting } from "../types.js";

/** Name of the primary, as the sentinels know it. */
export const MASTER = "lockjepsen";
/** Servers that hold data, the primary first; the others are sentinels. */
const DATA = 3;
export const NODES = 6;
/** So many sentinels must find it down. */
const QUORUM = 2;
const SENTINEL_PORT = "26379";

const numberOf = ({ name }: ServerPlace): number => Number(name.slice(1));
const isSentinel = (place: ServerPlace): boolean => numberOf(place) > DATA;

export const part = (index: number): string =>
  index === 0 ? "primary" : index < DATA ? "replica" : "sentinel";

export const endpoint = (place: ServerPlace): string =>
  isSentinel(place) ? `${place.address}:${SENTINEL_PORT}` : dataEndpoint(place);

/** Which of these are sentinels'. */
export const sentinelsAmong = (endpoints: readonly string[]): readonly string[] =>
  endpoints.filter((one) => one.endsWith(`:${SENTINEL_PORT}`));

const SENTINEL_SETTINGS: Readonly<Record<string, Setting>> = {
  "down-after-milliseconds": {
    description: "after that long without an answer a sentinel takes a server for down; Redis: 30000",
    default: "1000",
  },
  "failover-timeout": {
    description: "ms for a failover; the next of the same primary comes after twice that; Redis: 180000",
    default: "5000",
  },
};

/** With Redis's own defaults but where it says otherwise: those allow one failover a run. */
export const settings: Readonly<Record<string, Setting>> = {
  ...dataSettings,
  ...SENTINEL_SETTINGS,
  "min-replicas-to-write": {
    description: "the primary refuses writes with fewer replicas than that in touch; 0: never",
    default: "0",
  },
  "min-replicas-max-lag": {
    description: "seconds since its last word for which a replica counts as in touch",
    default: "10",
  },
  "repl-timeout": { description: "seconds of silence after which replication is given up", default: "60" },
  "repl-ping-replica-period": {
    description: "seconds between a primary's pings of its replicas",
    default: "10",
  },
};

/**
 * Every server has a file of its own and writes into it what became of it, as sentinels need it: a primary that was
 * demoted is a replica after its restart.
 */
export const command: Backend["command"] = (own, all, { binaries, settings }) => {
  const [file, lines] = isSentinel(own)
    ? ["sentinel.conf", sentinelLines(own, all, settings)]
    : ["redis.conf", dataLines(own, all, settings)];
  const [server = ""] = software.binaries;
  const argv = [binaries[server] ?? server, `${own.dataDirectory}/${file}`];
  return {
    argv: isSentinel(own) ? [...argv, "--sentinel"] : argv,
    files: { [file]: lines.map((line) => `${line}\n`).join("") },
  };
};

type Settings = Readonly<Record<string, string>>;

function dataLines(own: ServerPlace, all: readonly ServerPlace[], settings: Settings): readonly string[] {
  const [primary = own] = all;
  const given = Object.entries(settings).filter(([name]) => !Object.hasOwn(SENTINEL_SETTINGS, name));
  const values = {
    ...alone(own),
    // A replica is in step at once: by default its primary waits 5 s for more of them.
    "repl-diskless-sync": "yes",
    "repl-diskless-sync-delay": "0",
    ...Object.fromEntries(given),
  };
  return [
    ...directives(values),
    ...(own.name === primary.name ? [] : [`replicaof ${primary.address} ${alone(primary)["port"]}`]),
  ];
}

/** Sentinels find each other and the replicas by themselves, in up to 10 s. They are told, and need not look. */
function sentinelLines(own: ServerPlace, all: readonly ServerPlace[], settings: Settings): readonly string[] {
  const [primary = own, ...others] = all;
  const port = alone(primary)["port"];
  const about = (name: string): string => `sentinel ${name} ${MASTER} ${settings[name]}`;
  return [
    ...directives({ ...alone(own), port: SENTINEL_PORT }),
    `sentinel myid ${idOf(own)}`,
    `sentinel monitor ${MASTER} ${primary.address} ${port} ${QUORUM}`,
    ...Object.keys(SENTINEL_SETTINGS).map(about),
    ...others.filter((one) => one.name !== own.name).map((one) => acquaint(one, port)),
  ];
}

const acquaint = (other: ServerPlace, port: string | undefined): string =>
  isSentinel(other)
    ? `sentinel known-sentinel ${MASTER} ${other.address} ${SENTINEL_PORT} ${idOf(other)}`
    : `sentinel known-replica ${MASTER} ${other.address} ${port}`;

const directives = (values: Settings): readonly string[] =>
  Object.entries(values).map(([name, value]) => `${name} ${JSON.stringify(value)}`);

/** 40 hexadecimal digits. */
const idOf = ({ name }: ServerPlace): string => createHash("sha1").update(name).digest("hex");
