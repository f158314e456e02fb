import { openConnection } from "./connection.js";
import { primaryOf, standings } from "./database.js";
import { PORT } from "./server.js";

/** Of the connections that only look, in the server's log. */
export const OBSERVER = "lockjepsen control";

/** Whether a server answers; a replica: and follows its primary. */
export async function ready(endpoint: string): Promise<boolean> {
  const connection = await openConnection(endpoint, OBSERVER);
  try {
    const [row] = await connection.query<{ ready: boolean }>(
      `SELECT NOT pg_is_in_recovery() OR EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') AS ready`,
    );
    return row?.ready === true;
  } finally {
    connection.close();
  }
}

/** Behind a pooler is the primary: what it says of itself is not the pooler's. */
export const databases = (endpoints: readonly string[]): readonly string[] =>
  endpoints.filter((endpoint) => endpoint.endsWith(`:${PORT}`));

export async function leader(endpoints: readonly string[]): Promise<string | null> {
  const all = await standings(databases(endpoints), OBSERVER);
  for (const { connection } of all) connection.close();
  return primaryOf(all)?.endpoint ?? null;
}

/** ms since 1970, as the server has it. */
export async function clock(endpoint: string): Promise<number> {
  if (databases([endpoint]).length === 0) throw new Error("a pooler tells no time");
  const connection = await openConnection(endpoint, OBSERVER);
  try {
    const [row] = await connection.query<{ ms: string }>(
      "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::text AS ms",
    );
    return Number(row?.ms);
  } finally {
    connection.close();
  }
}
