import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConformanceCheck } from "../types.js";
import { nowMs, seconds, take } from "./tools.js";

/** What a lock that is never freed is waited for, in leases. */
const NEVER = 3;

export const death: ConformanceCheck = {
  name: "death",
  description: "a holder that is killed: the lock is free again within the promised bound, or never",
  lasts: ({ recipe, ttlMs }) => 2_000 + (recipe.freedWithin(ttlMs) ?? NEVER * ttlMs),
  async run({ connect, lock, ttlMs, recipe, victim: start }) {
    const victim = start();
    await take(await victim.connect(recipe.name), lock, { ttlMs, waitMs: 1_000 });
    await sleep(100);
    victim.child.kill("SIGKILL");
    await once(victim.child, "exit");
    const died = nowMs();
    const bound = recipe.freedWithin(ttlMs);
    const next = await connect();
    const grant = await next.acquire(lock, { ttlMs, waitMs: (bound ?? NEVER * ttlMs) + 1_000 });
    await grant?.release();
    await next.close();
    const took = grant && grant.okMs - died;
    if (bound === null)
      return took === null
        ? { passed: true, seen: "never, as promised" }
        : { passed: false, seen: `free after ${seconds(took)}, though it promises never` };
    return {
      passed: took !== null && took <= bound,
      seen: `${took === null ? "not free" : seconds(Math.max(0, took))} of ${seconds(bound)}`,
    };
  },
};
