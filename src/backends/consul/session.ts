import { watchLease, type Lease, type LeaseHooks } from "../lease.js";
import type { Connection, SessionTerms } from "./connection.js";

export type Terms = Omit<SessionTerms, "ttlSeconds">;

/** A session, renewed twice in its time to live (as Consul's Go client does) until it is lost or stopped. */
export interface Session extends Lease {
  readonly id: string;
}

/** Rejects when none was created, or nobody knows: then an empty session may stand until it runs out. */
export async function startSession(
  consul: Connection,
  terms: Terms,
  ttlMs: number,
  { owner, ...hooks }: LeaseHooks & { readonly owner: string },
): Promise<Session> {
  const sent = hooks.now();
  const id = await consul.create({ ...terms, ttlSeconds: ttlMs / 1_000, name: owner });
  const lease = watchLease({
    ...hooks,
    sent,
    ttlMs,
    renewal: {
      once: async () => ((await consul.renew(id)) ? ttlMs : null),
      perTtl: 2,
      gone: "Consul says that the session is gone",
    },
  });
  return { ...lease, id };
}
