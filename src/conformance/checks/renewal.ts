import { setTimeout as sleep } from "node:timers/promises";
import { isNeverRenewed } from "../../history/context.js";
import type { ConformanceCheck } from "../types.js";
import { seconds, take } from "./tools.js";

/** A service may end a session after twice its time to live only. */
const LEASES = 2.5;

export const renewal: ConformanceCheck = {
  name: "renewal",
  description: `a holder that lives keeps the lock for ${LEASES} leases; then the one who waited is let in, and alone`,
  skip: ({ promises }) => (isNeverRenewed(promises) ? "its lease is not renewed" : null),
  promised: ({ promises }) => promises.exclusion !== "none",
  lasts: ({ ttlMs }) => 2_000 + 2 * LEASES * ttlMs,
  async run({ connect, lock, ttlMs }) {
    const [a, b, c] = [await connect(), await connect(), await connect()];
    const held = await take(a, lock, { ttlMs, waitMs: 1_000 });
    const waits = b.acquire(lock, { ttlMs, waitMs: 2 * LEASES * ttlMs });
    const early = await Promise.race([waits.then(() => true), sleep(LEASES * ttlMs).then(() => false)]);
    const outcome = await held.release();
    const next = await waits;
    const third = await c.acquire(lock, { ttlMs, waitMs: 0 });
    await third?.release();
    await next?.release();
    await Promise.all([a, b, c].map((client) => client.close()));
    if (early) return { passed: false, seen: "another was let in while it held" };
    if (outcome !== "released") return { passed: false, seen: `its release: ${outcome}` };
    if (!next) return { passed: false, seen: "then the one who waited was not let in" };
    if (third) return { passed: false, seen: "then two were let in" };
    return { passed: true, seen: `kept for ${seconds(LEASES * ttlMs)}` };
  },
};
