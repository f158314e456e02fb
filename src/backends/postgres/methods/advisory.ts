import type { Connection } from "../connection.js";
import { lockKey } from "../key.js";
import type { Claim, Method } from "../method.js";
import { identify, waitFor } from "../statements.js";

/** How a lock's name becomes a number. */
export interface Keyed {
  /** An SQL expression of `$1`. */
  readonly expression: string;
  value(lock: string): string;
}

export const byHash: Keyed = { expression: "$1::bigint", value: lockKey };
/** As Postgres hashes text: 32 bits, so that of 77,000 names two are likely to share a lock. */
export const byHashtext: Keyed = { expression: "hashtext($1)", value: (lock) => lock };

/** A lock of the session: held until it is given back, or the session ends. */
export const advisory = ({ expression, value }: Keyed): Method => {
  async function giveBack(db: Connection, lock: string): Promise<boolean> {
    const unlock = `SELECT pg_advisory_unlock(${expression}) AS held`;
    const [row] = await db.query<{ held: boolean }>(unlock, [value(lock)]);
    return row?.held === true;
  }

  async function lockWithin(db: Connection, attempt: Parameters<Method["take"]>[0]): Promise<boolean> {
    const key = [value(attempt.lock)];
    if (attempt.waitMs > 0) return await waitFor(db, attempt, `SELECT pg_advisory_lock(${expression})`, key);
    const [row] = await db.query<{ held: boolean }>(
      `SELECT pg_try_advisory_lock(${expression}) AS held`,
      key,
    );
    return row?.held === true;
  }

  return {
    lease: "connection",
    waits: true,
    async take(attempt): Promise<Claim | null> {
      const db = await attempt.reach();
      if (await lockWithin(db, attempt)) {
        try {
          return await identify(db);
        } catch (error) {
          await giveBack(db, attempt.lock);
          throw error;
        }
      }
      // A session's lock is not rolled back with its statement: it may have been granted when that was given up on.
      if (attempt.waitMs > 0) await giveBack(db, attempt.lock);
      return null;
    },
    giveBack: ({ lock }, db) => giveBack(db, lock),
  };
};
