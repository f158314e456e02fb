import { join } from "node:path";
import type { ServerCommand, ServerPlace, Software } from "../../cluster/types.js";
import type { CommandOptions, Setting } from "../types.js";
import { SCHEMA } from "./schema.js";

/** PgBouncer is fetched along: what has it serves all recipes. */
export const software: Software = {
  binaries: ["postgres", "initdb", "pg_basebackup"],
  packages: ["postgresql-{version}", "postgresql-client-{version}", "libpq5", "pgbouncer"],
  directories: ["usr/lib/postgresql/{version}/bin"],
  versions: {
    "13": { debian: "bullseye" },
    "14": { ubuntu: "jammy" },
    "15": { debian: "bookworm" },
    "16": { ubuntu: "noble" },
    "17": { debian: "trixie" },
  },
  versionCommand: ["postgres", "--version"],
  image: "postgres",
};

/** Parameters of postgresql.conf by their own names. Default "": not set, so that versions which do not know it start. */
export const settings: Readonly<Record<string, Setting>> = {
  synchronous_commit: {
    description: "off: a commit is acknowledged before it is on the disk, and a crash may forget it",
    default: "on",
  },
  fsync: { description: "off: nothing waits for the disk", default: "on" },
  max_connections: { description: "of clients at once (100 where nobody asks)", default: "400" },
  deadlock_timeout: { description: "a wait for a lock is looked at after that", default: "1s" },
  idle_in_transaction_session_timeout: {
    description: "ends a session that does nothing within a transaction for so long; 0: never",
    default: "0",
  },
  idle_session_timeout: {
    description: "14 and later: the same without a transaction; 0: never",
    default: "",
  },
  tcp_keepalives_idle: {
    description: "seconds until a silent client is asked for a sign of life; 0: as the system has it (2 h)",
    default: "0",
  },
  tcp_keepalives_interval: { description: "seconds between such questions; 0: 75", default: "0" },
  tcp_keepalives_count: { description: "unanswered questions until it is given up; 0: 9", default: "0" },
  tcp_user_timeout: {
    description: "ms until a client that takes no data is given up; 0: 15 min",
    default: "0",
  },
  client_connection_check_interval: {
    description: "14 and later: ms between looks whether a waiting client is still there; 0: none",
    default: "",
  },
};

export const PORT = 5432;

export const endpoint = ({ address }: ServerPlace): string => `${address}:${PORT}`;

const directoryOf = ({ dataDirectory }: ServerPlace): string => join(dataDirectory, "data");

/** Anybody on the cluster's network, as anybody: it has no other network. */
const HBA = "host all all 0.0.0.0/0 trust\nhost replication all 0.0.0.0/0 trust\n";
const HBA_FILE = "pg_hba.conf";
const SCHEMA_FILE = "schema.sql";

/** A server in the foreground, which logs to its standard error: the primary, or a replica of `primary`. */
export function serverCommand(
  own: ServerPlace,
  { binaries, settings }: Pick<CommandOptions, "binaries" | "settings">,
  primary: ServerPlace | null = null,
): ServerCommand {
  const program = (name: string): string => binaries[name] ?? name;
  const prepare = primary ? copied(own, primary, program) : founded(own, program);
  return {
    argv: [
      program("postgres"),
      "-D",
      directoryOf(own),
      ...parameters({
        listen_addresses: own.address,
        port: String(PORT),
        unix_socket_directories: "",
        hba_file: join(own.dataDirectory, HBA_FILE),
        // Nothing of it is left in /dev/shm by a server that is killed.
        dynamic_shared_memory_type: "sysv",
        // What one looks for in a log to learn who held, and why not any more.
        log_line_prefix: "%m [%p] %a ",
        log_connections: "on",
        log_disconnections: "on",
        log_lock_waits: "on",
        ...settings,
      }),
    ],
    files: { [HBA_FILE]: HBA, [SCHEMA_FILE]: SCHEMA },
    prepare,
    unprivileged: true,
  };
}

const parameters = (values: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(values)
    .filter(([name, value]) => value !== "" || name === "unix_socket_directories")
    .flatMap(([name, value]) => ["-c", `${name}=${value}`]);

type Preparation = NonNullable<ServerCommand["prepare"]>;
type Program = (name: string) => string;

function founded(own: ServerPlace, program: Program): Preparation {
  const data = directoryOf(own);
  const makeTables = 'exec "$0" --single -j -D "$1" postgres < "$2"';
  return [
    [
      program("initdb"),
      "-D",
      data,
      "-U",
      "postgres",
      "-A",
      "trust",
      "--no-sync",
      "--locale=C",
      "--encoding=UTF8",
    ],
    ["sh", "-c", makeTables, program("postgres"), data, join(own.dataDirectory, SCHEMA_FILE)],
  ];
}

/** The primary may be starting, or not even there yet. */
const COPY = `
  for attempt in $(seq 150); do
    "$0" -h "$1" -p "$2" -U postgres -D "$3" -R -X stream --checkpoint=fast --no-sync && exit 0
    rm -rf "$3"; sleep 0.2
  done
  exit 1`;

const copied = (own: ServerPlace, { address }: ServerPlace, program: Program): Preparation => [
  ["sh", "-c", COPY, program("pg_basebackup"), address, String(PORT), directoryOf(own)],
];
