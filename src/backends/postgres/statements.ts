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

/**
 * The same where the lock is held by a transaction: a number that was drawn in one that is not committed may be drawn again
 * after a crash (PostgreSQL, "Sequence Manipulation Functions"). So it is drawn `beside`, and `db` asked after that: who
 * answers holds the lock still, and nobody else can have drawn a lower one as its holder later.
 */
export async function identifyBeside(beside: Connection, db: Connection): Promise<Claim> {
  const [drawn] = await beside.query<{ token: string }>("SELECT nextval('lock_token') AS token");
  const [own] = await db.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  if (!drawn || !own) throw new Error("the sequence of tokens says nothing");
  return { token: BigInt(drawn.token), session: String(own.pid) };
}
