import { join } from "node:path";
import type { ServerCommand, ServerPlace, Software } from "../../cluster/types.js";
import type { CommandOptions, Setting } from "../types.js";
import { PORT, software } from "./server.js";

/** PgBouncer, between the clients and the primary. Whether it lacks a library, Postgres does not tell. */
export const poolerSoftware: Software = {
  ...software,
  binaries: [...software.binaries, "pgbouncer"],
  whole: true,
};

export const poolerSettings: Readonly<Record<string, Setting>> = {
  default_pool_size: {
    description: "server connections of the pooler, for the recipes that have one",
    default: "250",
  },
};

export const POOLER_PORT = 6432;
const FILE = "pgbouncer.ini";
/** Two connections of each client; PgBouncer's own bound is 100. */
const MOST_CLIENTS = 1_000;

export function poolerCommand(
  own: ServerPlace,
  primary: ServerPlace,
  { binaries, settings }: Pick<CommandOptions, "binaries" | "settings">,
): ServerCommand {
  const ini = [
    "[databases]",
    `* = host=${primary.address} port=${PORT} user=postgres`,
    "[pgbouncer]",
    `listen_addr = ${own.address}`,
    `listen_port = ${POOLER_PORT}`,
    "unix_socket_dir =",
    "auth_type = any",
    "pool_mode = transaction",
    `max_client_conn = ${MOST_CLIENTS}`,
    ...Object.keys(poolerSettings).map((name) => `${name} = ${settings[name]}`),
    "",
  ].join("\n");
  return {
    argv: [binaries["pgbouncer"] ?? "pgbouncer", join(own.dataDirectory, FILE)],
    files: { [FILE]: ini },
    unprivileged: true,
  };
}
