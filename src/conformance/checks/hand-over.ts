import { setTimeout as sleep } from "node:timers/promises";
import type { RemoteClient } from "../drivers.js";
import type { ConformanceCheck, Trial } from "../types.js";
import { median, milliseconds, nowMs, take } from "./tools.js";

const BOUND_MS = 100;
/** By then the other waits. */
const SETTLE_MS = 150;
/** Who has a busy machine is late now and then; who is slow is late each time. */
const SERIES = 3;

export const handOver: ConformanceCheck = {
  name: "hand-over",
  description: `a release lets the one who waits in within ${BOUND_MS} ms (the median of several; the best of ${SERIES} such)`,
  promised: ({ promises }) => promises.exclusion !== "none",
  lasts: ({ ttlMs, effort }) => SERIES * effort.handOvers * (1_000 + SETTLE_MS + ttlMs),
  async run(trial) {
    const { connect, effort } = trial;
    const pair = [await connect(), await connect()] as const;
    let best = Infinity;
    for (let n = 0; n < SERIES && best >= BOUND_MS; n += 1) {
      const took: number[] = [];
      while (took.length < effort.handOvers) {
        const [a, b] = pair;
        const one = await handedOver(trial, took.length % 2 === 0 ? [a, b] : [b, a]);
        if (typeof one === "string") return { passed: false, seen: one };
        took.push(one);
      }
      best = Math.min(best, median(took));
    }
    await Promise.all(pair.map((client) => client.close()));
    return { passed: best < BOUND_MS, seen: milliseconds(best) };
  },
};

/** ms that it took, or what went wrong. */
async function handedOver(
  { lock, ttlMs }: Trial,
  [holder, waiter]: readonly [RemoteClient, RemoteClient],
): Promise<number | string> {
  const held = await take(holder, lock, { ttlMs, waitMs: 1_000 });
  const next = waiter.acquire(lock, { ttlMs, waitMs: ttlMs });
  await sleep(SETTLE_MS);
  const since = nowMs();
  const [outcome, grant] = await Promise.all([held.release(), next]);
  await grant?.release();
  if (outcome !== "released" || !grant)
    return `release: ${outcome}; then ${grant ? "granted" : "not granted"}`;
  return grant.okMs < since ? "who waits was let in before the release" : grant.okMs - since;
}
