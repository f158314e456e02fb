import type { IRangeRequest, IRangeResponse } from "etcd3";
import { deleteOwn, lockKey, type Attempt, type Take } from "./claim.js";
import { deletionOf } from "./deletion.js";

/** A prefix's end: the next prefix. `/` is followed by `0`. */
const range = (prefix: string): Pick<IRangeRequest, "key" | "range_end"> => ({
  key: Buffer.from(prefix),
  range_end: Buffer.from(prefix.replace(/\/$/, "0")),
});
const newestFirst = { sort_target: "Create", sort_order: "Descend" } as const;

/**
 * etcd's own mutex (`concurrency.Mutex` of its Go client, and `/v3/lock/lock`): everybody puts a key of its own,
 * `<lock>/<lease>`, and whose key is oldest holds. Who has to wait watches the next older key only.
 *
 * `checked`: before it says OK it looks whether its own key still stands, and its lease is not over by its own clock.
 * Without that a waiter whose lease died is told OK when those before it are gone, and the next in line is told the
 * same (etcd-io/etcd#11456; so it was when Jepsen tested 3.4.3, and `/v3/lock/lock` of 3.4.23 still does it). Where the
 * Go client gets its own key once more at the end, here every look at the queue returns it: one read, of one instant.
 */
export const takeMutex =
  ({ checked }: { readonly checked: boolean }): Take =>
  async (attempt) => {
    const { etcd, lease, lock, patience } = attempt;
    const queue = `${lockKey(lock)}/`;
    const key = Buffer.from(`${queue}${BigInt(lease.id).toString(16)}`);
    const { token, ahead } = await enqueue(attempt, queue, key);

    for (let before = ahead; before;) {
      if (patience.aborted) return null;
      await deletionOf(etcd, before.key, before.revision + 1n, patience);
      if (patience.aborted) return null;
      const view = await look();
      if (checked && !view.own) throw new Error("lost its lease while it waited: its key is gone");
      before = view.ahead;
    }
    if (checked) lease.check();
    return { token, giveBack: () => deleteOwn(etcd, key, token) };

    /** Whether the own key stands, and who is just before it. */
    async function look(): Promise<{ own: boolean; ahead: Ahead | undefined }> {
      const answer = await etcd.kv.range({
        ...range(queue),
        ...newestFirst,
        max_create_revision: String(token),
        limit: 2,
        keys_only: true,
      });
      const own = answer.kvs[0]?.key.equals(key) ?? false;
      return { own, ahead: aheadOf(answer, own ? 1 : 0) };
    }
  };

/** The key to wait for, and the revision at which it was seen. */
interface Ahead {
  readonly key: Buffer;
  readonly revision: bigint;
}

function aheadOf({ kvs, header }: IRangeResponse, index: number): Ahead | undefined {
  const kv = kvs[index];
  return kv && { key: kv.key, revision: BigInt(header.revision) };
}

/** Puts the own key, and sees in the same transaction who was last in the queue. */
async function enqueue(
  { etcd, lease, owner }: Attempt,
  queue: string,
  key: Buffer,
): Promise<{ token: bigint; ahead: Ahead | undefined }> {
  const { succeeded, header, responses } = await etcd.kv.txn({
    compare: [{ target: "Create", result: "Equal", key, create_revision: 0 }],
    success: [
      { request_range: { ...range(queue), ...newestFirst, limit: 1, keys_only: true } },
      { request_put: { key, value: Buffer.from(owner), lease: lease.id } },
    ],
  });
  const last = responses[0]?.response_range;
  if (!succeeded || !last) throw new Error(`the key of lease ${lease.id} is there already`);
  const token = BigInt(header.revision);
  const ahead = last.kvs[0] && { key: last.kvs[0].key, revision: token };
  return { token, ahead };
}
