import { lockKey, type Take } from "./claim.js";

/** Puts the lock's key, whoever's it is, and believes to hold it: the mistake of those who take a put for a lock. */
export const takeByPut: Take = async ({ etcd, lease, lock, owner }) => {
  const key = Buffer.from(lockKey(lock));
  const { header } = await etcd.kv.put({ key, value: Buffer.from(owner), lease: lease.id });
  return {
    token: BigInt(header.revision),
    async giveBack() {
      const { deleted } = await etcd.kv.deleteRange({ key });
      return deleted !== "0";
    },
  };
};
