import { setTimeout as sleep } from "node:timers/promises";
import type { ConformanceCheck } from "../types.js";
import { median, milliseconds, nowMs, take } from "./tools.js";

const BOUND_MS = 100;
/** By then the other waits. */
const SETTLE_MS = 150;

export const handOver: ConformanceCheck = {
  name: "hand-over",
  description: `a release lets the one who waits in within ${BOUND_MS} ms (the median of several)`,
  promised: ({ promises }) => promises.exclusion !== "none",
  lasts: ({ ttlMs, effort }) => effort.handOvers * (1_000 + SETTLE_MS + ttlMs),
  async run({ connect, lock, ttlMs, effort }) {
    const [a, b] = [await connect(), await connect()];
    const took: number[] = [];
    for (let n = 0; n < effort.handOvers; n += 1) {
      const [holder, waiter] = n % 2 === 0 ? [a, b] : [b, a];
      const held = await take(holder, lock, { ttlMs, waitMs: 1_000 });
      const next = waiter.acquire(lock, { ttlMs, waitMs: ttlMs });
      await sleep(SETTLE_MS);
      const since = nowMs();
      const [outcome, grant] = await Promise.all([held.release(), next]);
      if (outcome !== "released" || !grant)
        return { passed: false, seen: `release: ${outcome}; then ${grant ? "granted" : "not granted"}` };
      if (grant.okMs < since) {
        await grant.release();
        return { passed: false, seen: "who waits was let in before the release" };
      }
      took.push(grant.okMs - since);
      await grant.release();
    }
    await Promise.all([a.close(), b.close()]);
    return { passed: median(took) < BOUND_MS, seen: milliseconds(median(took)) };
  },
};
