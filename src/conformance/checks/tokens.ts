import type { RemoteClient } from "../drivers.js";
import type { ConformanceCheck } from "../types.js";
import { nowMs, seconds } from "./tools.js";

const CLIENTS = 4;
const WAIT_MS = 5_000;
/** The lock goes from hand to hand within milliseconds: who waits for so long waits in vain. */
const STUCK_MS = 2 * WAIT_MS;
const GRANT_MS = 200;

export const tokens: ConformanceCheck = {
  name: "tokens",
  description: "each grant's token is above all tokens before it",
  skip: ({ promises }) => (promises.token === null ? "it hands out none" : null),
  promised: ({ promises }) => promises.exclusion !== "none",
  lasts: ({ effort }) => STUCK_MS + WAIT_MS + effort.tokens * GRANT_MS,
  async run({ connect, lock, ttlMs, effort }) {
    let count = 0;
    let last = -1n;
    let lastMs = nowMs();
    let wrong: string | null = null;
    const look = (token: string | null): void => {
      count += 1;
      lastMs = nowMs();
      if (token === null) wrong ??= "a grant without a token";
      else if (BigInt(token) <= last) wrong ??= `${token} after ${last}, in grant ${count}`;
      else last = BigInt(token);
    };
    const work = async (client: RemoteClient): Promise<void> => {
      while (count < effort.tokens && wrong === null) {
        const grant = await client.acquire(lock, { ttlMs, waitMs: WAIT_MS });
        if (grant) look(grant.token);
        else if (nowMs() - lastMs > STUCK_MS)
          wrong ??= `nobody was granted it for ${seconds(STUCK_MS)}, after ${count} grants`;
        await grant?.release();
      }
    };
    const clients = await Promise.all(Array.from({ length: CLIENTS }, connect));
    await Promise.all(clients.map(work));
    await Promise.all(clients.map((client) => client.close()));
    return { passed: wrong === null, seen: wrong ?? `${count} in order` };
  },
};
