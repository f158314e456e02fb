import type { RemoteClient } from "../drivers.js";
import type { ConformanceCheck } from "../types.js";

const CLIENTS = 4;

export const tokens: ConformanceCheck = {
  name: "tokens",
  description: "each grant's token is above all tokens before it",
  skip: ({ promises }) => (promises.token === null ? "it hands out none" : null),
  promised: ({ promises }) => promises.exclusion !== "none",
  async run({ connect, lock, ttlMs, effort }) {
    const seen: bigint[] = [];
    let missing = 0;
    const work = async (client: RemoteClient): Promise<void> => {
      while (seen.length < effort.tokens && missing === 0) {
        const grant = await client.acquire(lock, { ttlMs, waitMs: 5_000 });
        if (!grant) continue;
        if (grant.token === null) missing += 1;
        else seen.push(BigInt(grant.token));
        await grant.release();
      }
    };
    const clients = await Promise.all(Array.from({ length: CLIENTS }, connect));
    await Promise.all(clients.map(work));
    await Promise.all(clients.map((client) => client.close()));
    if (missing > 0) return { passed: false, seen: "a grant without a token" };
    const bad = seen.filter((token, index) => index > 0 && token <= (seen[index - 1] ?? token)).length;
    return {
      passed: bad === 0,
      seen: bad === 0 ? `${seen.length} in order` : `${bad} of ${seen.length} not above the one before`,
    };
  },
};
