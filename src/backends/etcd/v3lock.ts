import { requestOnce, type HttpAnswer } from "../http.js";
import { lockKey, type Take } from "./claim.js";
import { RPC_MS } from "./connection.js";

/**
 * The server's own lock service (`v3lockpb.Lock`), over its HTTP gateway: who calls it is told OK when it holds, and
 * believes that. Nothing is looked at again: what the answer is worth is what is tested. It is called under a lease that
 * is kept alive like everybody's.
 *
 * Its token is the revision in the answer's header, which is all that the answer tells besides the key: of the put where
 * the lock was free, of the look that found nobody ahead where it was waited for.
 */
export const takeByService: Take = async ({ etcd, lease, lock, patience }) => {
  const name = base64(lockKey(lock));
  // It knows no trying: who will not wait looks first whether anybody is there.
  if (patience.aborted && (await etcd.kv.range(queueOf(lock))).count !== "0") return null;
  const waiting = patience.aborted ? AbortSignal.timeout(RPC_MS) : patience;
  const answer = await call("lock", { name, lease: lease.id }, waiting).catch((error: unknown) => {
    // Given up: a wait that is cancelled with the lease, which the caller revokes now.
    if (patience.aborted && waiting === patience) return null;
    throw error;
  });
  if (answer === null) return null;
  const { header, key } = JSON.parse(answer) as { header: { revision: string }; key: string };
  return {
    token: BigInt(header.revision),
    async giveBack() {
      // Its unlock deletes the key and says OK whether or not it was there. One that is gone never comes back.
      const { count } = await etcd.kv.range({ key: Buffer.from(key, "base64"), count_only: true });
      await call("unlock", { key }, AbortSignal.timeout(RPC_MS));
      return count !== "0";
    },
  };

  async function call(method: "lock" | "unlock", body: unknown, signal: AbortSignal): Promise<string> {
    const ask = (version: string): Promise<HttpAnswer> =>
      requestOnce({ method: "POST", url: `http://${etcd.endpoint}/${version}/lock/${method}`, body, signal });
    let answer = await ask("v3");
    // 3.3 has its gateway there; it answers so to what it does not know.
    if (answer.status === 404 && answer.body.startsWith("404")) answer = await ask("v3beta");
    if (answer.status !== 200) throw new Error(`/v3/lock/${method}: ${answer.status} ${answer.body.trim()}`);
    return answer.body;
  }
};

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const queueOf = (lock: string) =>
  ({
    key: Buffer.from(`${lockKey(lock)}/`),
    range_end: Buffer.from(`${lockKey(lock)}0`),
    count_only: true,
  }) as const;
