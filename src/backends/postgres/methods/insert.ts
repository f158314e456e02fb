import type { Method } from "../method.js";
import { identify } from "../statements.js";

const TAKE = "INSERT INTO lock_held (name, owner) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true";
const GIVE_BACK = "DELETE FROM lock_held WHERE name = $1 AND owner = $2 RETURNING true";

/** A row that is there for as long as the lock is held: for ever, where its holder dies. */
export const insert: Method = {
  lease: "none",
  waits: false,
  async take({ reach, lock, owner }) {
    const db = await reach();
    if ((await db.query(TAKE, [lock, owner])).length === 0) return null;
    try {
      const { token } = await identify(db);
      return { ...(token !== undefined && { token }) };
    } catch (error) {
      // Whatever it says of itself: the row is there.
      await db.query(GIVE_BACK, [lock, owner]);
      throw error;
    }
  },
  async giveBack({ reach, lock, owner }) {
    const db = await reach();
    return (await db.query(GIVE_BACK, [lock, owner])).length > 0;
  },
};
