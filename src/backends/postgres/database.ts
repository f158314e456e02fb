import { DefiniteError } from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import { openConnection, type Connection } from "./connection.js";

/** How a server stands to the others. */
export interface Standing {
  readonly endpoint: string;
  readonly connection: Connection;
  /** Follows a primary, and takes no writes. */
  readonly replica: boolean;
  /** A primary that was told to take no writes any more. */
  readonly retired: boolean;
  /** A promotion begins a new one: of two primaries the one on the later timeline was promoted last. */
  readonly timeline: number;
}

const STANDING = `
  SELECT replica, current_setting('default_transaction_read_only')::boolean AS retired,
    CASE WHEN NOT replica THEN substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END AS timeline
  FROM pg_is_in_recovery() AS replica`;

/** Rejects with a {@link DefiniteError} where the server cannot be reached. */
export async function standingOf(endpoint: string, name: string): Promise<Standing> {
  const connection = await openConnection(endpoint, name);
  try {
    const [row] = await connection.query<{ replica: boolean; retired: boolean; timeline: string | null }>(
      STANDING,
    );
    if (!row) throw new Error("no row");
    const { replica, retired, timeline } = row;
    return { endpoint, connection, replica, retired, timeline: Number.parseInt(timeline ?? "0", 16) };
  } catch (cause) {
    connection.close();
    throw new DefiniteError(`${endpoint} does not say what it is: ${messageOf(cause)}`, { cause });
  }
}

/** Those that can be reached, in no order. */
export async function standings(endpoints: readonly string[], name: string): Promise<readonly Standing[]> {
  const asked = await Promise.allSettled(endpoints.map((endpoint) => standingOf(endpoint, name)));
  return asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

/** The primary: of several, who was promoted last. */
export function primaryOf(all: readonly Standing[]): Standing | null {
  return all
    .filter(({ replica, retired }) => !replica && !retired)
    .reduce<Standing | null>((best, one) => (best && best.timeline >= one.timeline ? best : one), null);
}

/** A connection to the primary. Rejects with a {@link DefiniteError} where none can be reached. */
export async function openPrimary(endpoints: readonly string[], name: string): Promise<Connection> {
  const [only = "", ...others] = endpoints;
  if (others.length === 0) return await openConnection(only, name);
  const all = await standings(endpoints, name);
  const primary = primaryOf(all);
  for (const one of all) if (one !== primary) one.connection.close();
  if (!primary) throw new DefiniteError(`none of ${endpoints.join(", ")} is a primary that can be reached`);
  return primary.connection;
}
