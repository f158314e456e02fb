import { pauseBetween } from "../patience.js";
import { deleteOwn, lockKey, type Take } from "./claim.js";

const POLL_MS = { min: 25, max: 50 };

/** One key for the lock, created by a transaction if it is not there. Who finds it there asks again soon. */
export const takeByTxn: Take = async ({ etcd, lease, lock, owner, patience }) => {
  const key = Buffer.from(lockKey(lock));
  for (;;) {
    const { succeeded, header } = await etcd.kv.txn({
      compare: [{ target: "Create", result: "Equal", key, create_revision: 0 }],
      success: [{ request_put: { key, value: Buffer.from(owner), lease: lease.id } }],
    });
    if (succeeded) {
      lease.check();
      const token = BigInt(header.revision);
      return { token, giveBack: () => deleteOwn(etcd, key, token) };
    }
    await pauseBetween(POLL_MS, patience);
    if (patience.aborted) return null;
  }
};
