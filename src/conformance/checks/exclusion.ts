import { setTimeout as sleep } from "node:timers/promises";
import type { RemoteClient } from "../drivers.js";
import type { ConformanceCheck } from "../types.js";
import { nowMs } from "./tools.js";

const HOLD_MS = 10;
/** Who asks again at once is faster than all who poll: nobody else would ever get in. */
const BREATH_MS = 5;

export const exclusion: ConformanceCheck = {
  name: "exclusion",
  description: "many clients contend for one lock: no two hold it at once",
  promised: ({ promises }) => promises.exclusion !== "none",
  // Who asks last waits as long again.
  lasts: ({ effort }) => 2 * effort.contendMs,
  async run({ connect, lock, ttlMs, effort }) {
    const until = nowMs() + effort.contendMs;
    const holds: { readonly from: number; readonly to: number }[] = [];
    const contend = async (client: RemoteClient): Promise<void> => {
      while (nowMs() < until) {
        const grant = await client.acquire(lock, { ttlMs, waitMs: effort.contendMs });
        if (!grant) continue;
        await sleep(Math.random() * HOLD_MS);
        holds.push({ from: grant.okMs, to: nowMs() });
        await grant.release();
        await sleep(BREATH_MS);
      }
    };
    const clients = await Promise.all(Array.from({ length: effort.contenders }, connect));
    await Promise.all(clients.map(contend));
    await Promise.all(clients.map((client) => client.close()));
    holds.sort((a, b) => a.from - b.from);
    let end = -Infinity;
    let overlaps = 0;
    for (const { from, to } of holds) {
      if (from < end) overlaps += 1;
      end = Math.max(end, to);
    }
    // One hold says nothing of exclusion.
    return {
      passed: overlaps === 0 && holds.length > 1,
      seen: `${overlaps} of ${holds.length} holds overlapped`,
    };
  },
};
