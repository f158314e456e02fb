import type { Connection } from "../connection.js";
import { stateOf } from "../connection.js";
import { lockKey } from "../key.js";
import type { Attempt, Method } from "../method.js";
import { identify, identifyBeside, LOCK_NOT_AVAILABLE, waitFor } from "../statements.js";

/** What takes the lock within the transaction. */
export interface InTransaction {
  /** Once for a lock, before the transaction. */
  prepare?(db: Connection, lock: string): Promise<void>;
  /** Waits for the lock. */
  readonly wait: string;
  /** Does not wait: `held` says whether it was granted, or the statement fails as "lock not available". */
  readonly attempt: string;
  value(lock: string): string;
  /** Where the token is drawn: committed at once, or with all that is done under the lock. */
  readonly token?: "within";
}

export const byAdvisory: InTransaction = {
  wait: "SELECT pg_advisory_xact_lock($1::bigint)",
  attempt: "SELECT pg_try_advisory_xact_lock($1::bigint) AS held",
  value: lockKey,
};

export const byRow: InTransaction = {
  async prepare(db, lock) {
    await db.query("INSERT INTO lock_row (name) VALUES ($1) ON CONFLICT DO NOTHING", [lock]);
  },
  wait: "SELECT FROM lock_row WHERE name = $1 FOR UPDATE",
  attempt: "SELECT true AS held FROM lock_row WHERE name = $1 FOR UPDATE NOWAIT",
  value: (lock) => lock,
};

export const byRowTokenWithin: InTransaction = { ...byRow, token: "within" };

/** A lock that ends with its transaction, which is open for as long as it is held. */
export function inTransaction(statements: InTransaction): Method {
  const prepared = new WeakMap<Connection, Set<string>>();

  async function prepareOnce(db: Connection, lock: string): Promise<void> {
    if (!statements.prepare) return;
    const known = prepared.get(db) ?? new Set();
    if (known.has(lock)) return;
    await statements.prepare(db, lock);
    prepared.set(db, known.add(lock));
  }

  async function lockWithin(db: Connection, attempt: Attempt): Promise<boolean> {
    const key = [statements.value(attempt.lock)];
    if (attempt.waitMs > 0) return await waitFor(db, attempt, statements.wait, key);
    try {
      const [row] = await db.query<{ held: boolean }>(statements.attempt, key);
      return row?.held === true;
    } catch (error) {
      if (stateOf(error) === LOCK_NOT_AVAILABLE) return false;
      throw error;
    }
  }

  return {
    lease: "connection",
    waits: true,
    async take(attempt) {
      const db = await attempt.reach();
      await prepareOnce(db, attempt.lock);
      await db.query("BEGIN");
      try {
        if (await lockWithin(db, attempt))
          return statements.token === "within"
            ? await identify(db)
            : await identifyBeside(await attempt.reachBeside(), db);
      } catch (error) {
        await rollBack(db);
        throw error;
      }
      await rollBack(db);
      return null;
    },
    async giveBack(_, db) {
      await db.query("COMMIT");
      return true;
    },
  };
}

/** Where even that fails the connection goes, and its transaction with it. */
async function rollBack(db: Connection): Promise<void> {
  await db.query("ROLLBACK").catch(() => db.close());
}
