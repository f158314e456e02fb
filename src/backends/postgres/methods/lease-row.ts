import { DefiniteError } from "../../../clients/contract.js";
import type { Connection } from "../connection.js";
import type { Method } from "../method.js";

/**
 * `now()` is when the statement's transaction began: where it had to wait for another's, the lease that it looks at seems
 * to be over no earlier, and the one that it sets ends no later, than by the time at which it is carried out.
 */
const TAKE = `
  INSERT INTO lock_lease AS held (name, token, expires) VALUES ($1, 1, now() + $2 * interval '1 ms')
  ON CONFLICT (name) DO UPDATE SET token = held.token + 1, expires = excluded.expires WHERE held.expires < now()
  RETURNING token`;
const EXTEND = `
  UPDATE lock_lease SET expires = now() + $3 * interval '1 ms'
  WHERE name = $1 AND token = $2 AND expires > now() RETURNING true`;
/** The row stays, or its tokens would begin anew. */
const GIVE_BACK = `
  UPDATE lock_lease SET expires = '-infinity' WHERE name = $1 AND token = $2 AND expires > now() RETURNING true`;

/** A row with an end by the server's clock, and a token that counts its holders. */
export const leaseRow: Method = {
  lease: "renewed",
  waits: false,
  async take({ reach, lock, ttlMs, now }) {
    const db = await reach();
    const sent = now();
    const [row] = await db.query<{ token: string }>(TAKE, [lock, ttlMs]);
    return row ? { token: BigInt(row.token), sent, session: `${row.token}@${lock}` } : null;
  },
  async giveBack({ reach, lock }, _, { token }) {
    const db = await reach();
    return (await db.query(GIVE_BACK, [lock, String(token)])).length > 0;
  },
  async extend({ reach, lock, ttlMs }, { token }) {
    const db = await reach();
    return (await db.query(EXTEND, [lock, String(token), ttlMs])).length > 0;
  },
};

/** Ends a lease by hand: `session` is `<token>@<lock>`. */
export async function breakLease(db: Connection, session: string): Promise<string> {
  const [, token, lock] = /^(\d+)@(.*)$/s.exec(session) ?? [];
  if ((await db.query(GIVE_BACK, [lock, token])).length === 0)
    throw new DefiniteError(`there is no lease ${session}`);
  return `the lease ${session} was ended by hand`;
}
