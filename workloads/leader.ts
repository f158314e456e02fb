import type { Workload } from "./types.js";

const WRITE_EVERY_MS = 100;
/** Terms in leases: longer than any fault, so that a fault always finds a leader who means to stay. */
const TERM_TTLS = 3;

/**
 * Leader election: whoever holds goes on writing from its own last state until it hears that the lock is lost, or its
 * term ends. It keeps no other client waiting for its word, so under a partition it is the one that outlives its lease.
 */
export const leader: Workload = {
  name: "leader",
  description:
    "hold until the lock is lost (or 3 leases are over), counting one up every 100 ms from the holder's own last state",
  initial: 0,
  change: { kind: "add", by: 1 },
  // A term is long, so there are few, and what tests a leader are its writes: one that a fault hits, one that succeeds it,
  // and one more, so that the lock was seen to go on.
  leastGrants: 3,
  async round(hold) {
    let last = await hold.read();
    for (let left = (TERM_TTLS * hold.ttlMs) / WRITE_EVERY_MS; left > 0 && hold.going(); left -= 1) {
      const next = (last.value as number) + 1;
      last = await hold.write(next, next, last);
      await hold.sleep(WRITE_EVERY_MS);
    }
  },
};
