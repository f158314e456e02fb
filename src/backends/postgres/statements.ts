/** What several recipes ask of a connection. */
import { ANSWER_MS, stateOf, type Connection } from "./connection.js";
import type { Attempt, Claim } from "./method.js";

/** SQLSTATEs: PostgreSQL, appendix A, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const QUERY_CANCELED = "57014";
export const LOCK_NOT_AVAILABLE = "55P03";

/** Runs a statement that may wait for a lock. False: given up on, when patience ran out. */
export async function waitFor(
  db: Connection,
  { patience, waitMs }: Pick<Attempt, "patience" | "waitMs">,
  text: string,
  values: readonly unknown[],
): Promise<boolean> {
  if (patience.aborted) return false;
  let cancelled: Promise<void> | undefined;
  const cancel = (): void => void (cancelled = db.cancel());
  patience.addEventListener("abort", cancel, { once: true });
  try {
    await db.query(text, values, { timeoutMs: waitMs + ANSWER_MS });
    return true;
  } catch (error) {
    if (stateOf(error) === QUERY_CANCELED) return false;
    throw error;
  } finally {
    patience.removeEventListener("abort", cancel);
    await cancelled; // or it would hit the next statement
  }
}

/**
 * A token for who has just been granted a lock, and the session that holds it. Asked for on the connection that holds, and
 * after the lock: a number drawn in the statement that waits for the lock may be older than that of a holder in between.
 */
export async function identify(db: Connection): Promise<Claim> {
  const [row] = await db.query<{ token: string; pid: number }>(
    "SELECT nextval('lock_token') AS token, pg_backend_pid() AS pid",
  );
  if (!row) throw new Error("the sequence of tokens says nothing");
  return { token: BigInt(row.token), session: String(row.pid) };
}
