import { RPC_MS, type Connection } from "./connection.js";
import { timeLimit } from "./time-limit.js";

/**
 * Renews a lease once: resolves to its new time to live in seconds, 0 or less if there is no such lease. Rejects when
 * there was no answer. Aborting `signal` gives up on the answer.
 *
 * Each renewal is a stream of its own, as the Go client's `KeepAliveOnce`. A server answers the renewals of one stream
 * one after the other, and a follower waits up to 7 s for a leader that is frozen: on one long stream every later
 * renewal would wait behind it, and a lease be lost that the next leader gladly renews.
 */
export async function renew(etcd: Connection, id: string, signal: AbortSignal): Promise<number> {
  const stream = await etcd.lease.leaseKeepAlive();
  const giveUp = (): void => stream.cancel();
  const answered = timeLimit(RPC_MS, giveUp);
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await new Promise<number>((resolve, reject) => {
      stream.on("data", ({ TTL }) => resolve(Number(TTL)));
      stream.on("error", reject);
      stream.on("end", () => reject(new Error("the stream ended without an answer")));
      stream.write({ ID: id });
      stream.end();
    });
  } finally {
    answered();
    signal.removeEventListener("abort", giveUp);
  }
}
