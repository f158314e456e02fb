import { setTimeout as sleep } from "node:timers/promises";
import type { Recipe } from "../../backends/types.js";
import { isNeverRenewed } from "../../history/context.js";
import type { Driver, RemoteClient, RemoteGrant } from "../drivers.js";
import type { ConformanceCheck } from "../types.js";
import { nowMs, seconds, take } from "./tools.js";

const outlives = ({ promises }: Recipe): boolean => isNeverRenewed(promises);

export const loss: ConformanceCheck = {
  name: "loss",
  description: "a holder whose lease or session ends hears of it, and can take the lock again",
  skip: (recipe, backend) =>
    outlives(recipe) || (recipe.promises.lease !== "none" && backend.endSession !== undefined)
      ? null
      : "nothing ends its hold but a release",
  lasts: ({ recipe, ttlMs }) => 2_000 + ttlMs + 2 * (recipe.freedWithin(ttlMs) ?? 2 * ttlMs),
  async run({ connect, driver, lock, ttlMs, recipe }) {
    const client = await connect();
    const grant = await take(client, lock, { ttlMs, waitMs: 1_000 });
    const since = nowMs();
    if (!outlives(recipe)) {
      if (grant.session === null) return { passed: false, seen: "it does not tell its session" };
      await driver.endSession(grant.session);
    }
    const bound = recipe.freedWithin(ttlMs) ?? 2 * ttlMs;
    const told = await Promise.race([grant.lost.then(() => true), sleep(bound + ttlMs).then(() => false)]);
    if (!told) return { passed: false, seen: `was not told within ${seconds(bound + ttlMs)}` };
    const toldMs = nowMs() - since;
    const again = await retake(client, driver, recipe, lock, { ttlMs, waitMs: bound + 1_000 });
    await again?.release();
    return again
      ? { passed: true, seen: `told after ${seconds(toldMs)}` }
      : { passed: false, seen: "told, and could not take it again" };
  },
};

/** By the same client, or by a new connection where the old one went with its session. */
async function retake(
  client: RemoteClient,
  driver: Driver,
  recipe: Recipe,
  lock: string,
  options: { readonly ttlMs: number; readonly waitMs: number },
): Promise<RemoteGrant | null> {
  try {
    return await client.acquire(lock, options);
  } catch {
    await client.close();
    return await (await driver.connect(recipe.name)).acquire(lock, options);
  }
}
