import type { IWatchResponse } from "etcd3";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "./connection.js";

const BROKEN_PAUSE_MS = 100;

/**
 * Waits until `key` was deleted at or after `revision`. Resolves also when it cannot tell (the watch broke, or was
 * refused because its revision is compacted) and when `signal` aborts: the caller looks again in any case, so no
 * deletion is missed between two watches.
 */
export async function deletionOf(
  etcd: Connection,
  key: Buffer,
  revision: bigint,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const stream = await etcd.watch.watch();
  let giveUp = (): void => {};
  const outcome = await new Promise<"deleted" | "aborted" | "broken">((resolve) => {
    giveUp = () => resolve("aborted");
    signal.addEventListener("abort", giveUp, { once: true });
    stream.on("data", ({ canceled, events }: IWatchResponse) => {
      if (events.some(({ type }) => type === "Delete")) resolve("deleted");
      else if (canceled) resolve("broken");
    });
    stream.on("error", () => resolve("broken"));
    stream.on("end", () => resolve("broken"));
    stream.write({ create_request: { key, start_revision: String(revision), filters: ["Noput"] } });
  });
  signal.removeEventListener("abort", giveUp);
  stream.cancel();
  if (outcome === "broken") await sleep(BROKEN_PAUSE_MS, undefined, { signal }).catch(() => {});
}
