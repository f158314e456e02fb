import type { ConformanceCheck } from "../types.js";
import { milliseconds, nowMs, take } from "./tools.js";

const WAIT_MS = 300;
/** A wait that is over is cancelled by a call or two, on a machine that does other things too. */
const LATE_MS = 700;

export const refusal: ConformanceCheck = {
  name: "refusal",
  description: "a held lock is refused at once, and after the wait that was asked for",
  promised: ({ promises }) => promises.exclusion !== "none",
  lasts: () => 1_000 + WAIT_MS,
  async run({ connect, lock, ttlMs }) {
    const [a, b] = [await connect(), await connect()];
    const held = await take(a, lock, { ttlMs, waitMs: 1_000 });
    const [since, tried] = [nowMs(), await b.acquire(lock, { ttlMs, waitMs: 0 })];
    const tryMs = nowMs() - since;
    const [before, waited] = [nowMs(), await b.acquire(lock, { ttlMs, waitMs: WAIT_MS })];
    const waitMs = nowMs() - before;
    await held.release();
    await Promise.all([a.close(), b.close()]);
    if (tried || waited) return { passed: false, seen: "a held lock was granted" };
    return {
      passed: tryMs < LATE_MS && waitMs >= WAIT_MS - 10 && waitMs < WAIT_MS + LATE_MS,
      seen: `refused in ${milliseconds(tryMs)}`,
    };
  },
};
